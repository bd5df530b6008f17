// Pattern sets and texts of the scanner's bench: g18, g100 and g500 hold 18, 98 and 498 patterns of the
// kinds that guards use (personal data, secrets, injections, words); the texts are seeded.

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const personal = [
  '\\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Z|a-z]{2,}\\b',
  '\\b(?:\\+?1[-.\\s]?)?\\(?\\d{3}\\)?[-.\\s]?\\d{3}[-.\\s]?\\d{4}\\b',
  '\\b\\d{3}[-\\s]?\\d{2}[-\\s]?\\d{4}\\b',
  '\\b(?:\\d{4}[-.\\s]?){3}\\d{4}\\b',
  '\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b',
];
const injections = [
  'ignore\\s+(?:all\\s+)?(?:previous|prior|above)\\s+(?:instructions|prompts|rules)',
  'disregard\\s+(?:all\\s+)?(?:previous|prior|above)',
  'forget\\s+(?:everything|all)\\s+(?:you|I)\\s+(?:know|said|told)',
  'you\\s+are\\s+now\\s+(?:a|an)\\s+\\w+',
  'pretend\\s+(?:to\\s+be|you\\s+are)',
  'act\\s+as\\s+(?:if|a|an)\\b',
  'new\\s+instructions?:',
  'system\\s*:\\s*you',
  '\\[SYSTEM\\]',
  '<\\|im_start\\|>',
  'as\\s+(?:your\\s+)?trusted\\s+(?:friend|advisor)[^\\n]{0,80}share',
];
const prefixes = ['sk', 'ghp', 'xoxb', 'AKIA', 'AIza', 'glpat', 'npm', 'pypi', 'SG', 'dop', 'hf', 'shpat', 'tg', 'tw', 'eyJ', 'key'];
const secrets = Array.from({ length: 32 }, (_, n) => `\\b${prefixes[n % 16]}${n < 16 ? '' : `_${n}`}[-_]?[A-Za-z0-9_-]{${16 + (n % 8)},40}\\b`);
const more = [
  '[A-Z]{2}\\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?',
  '(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}',
  '0x[a-f0-9]{40}',
  '[13][a-km-zA-HJ-NP-Z1-9]{25,34}',
  '[A-CEGHJ-PR-TW-Z]{2}\\s?\\d{2}\\s?\\d{2}\\s?\\d{2}\\s?[A-D]',
  '\\d{3}\\s?\\d{3}\\s?\\d{4}',
];
const documents = Array.from({ length: 18 }, (_, n) => `\\b${n < 6 ? '' : String.fromCharCode(0x61 + n)}${more[n % 6]}\\b`);
const verbs = ['ignore', 'bypass', 'override', 'reveal', 'print', 'show', 'leak', 'dump', 'repeat', 'forget'];
const objects = ['instructions', 'rules', 'prompt', 'secrets', 'policy', 'filters'];
const attacks = Array.from({ length: 30 }, (_, n) => `${verbs[n % 10]}\\s+(?:\\w+\\s+){0,${1 + (n % 3)}}${objects[n % 6]}`);
const syllables = ['ba', 'ko', 'ri', 'ten', 'sla', 'mor', 'vi', 'du', 'pex', 'zan', 'qui', 'lo', 'ga', 'fen'];
function words(count) {
  const random = seeded(7);
  const made = new Set();
  while (made.size < count) made.add(Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join(''));
  return [...made];
}

const rules = (patterns, flags, name) => patterns.map((pattern, n) => ({ id: `${name}${n}`, pattern, flags }));
const g18 = [...rules(personal, 'i', 'pii'), ...rules(injections, 'i', 'inj'), ...rules(['\\bdamn\\b', '\\bhell\\b'], 'i', 'word')];
const g100 = [...g18, ...rules(secrets, '', 'secret'), ...rules(documents, 'i', 'doc'), ...rules(attacks, 'i', 'attack')];
const g500 = [...g100, ...rules(words(400).map((word) => `\\b${word}\\b`), 'i', 'dict')];

/** The sets by name. */
export const sets = { g18, g100, g500 };

const vocabulary = 'the of and to a in is it you that he was for on are with as his they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name very through just form much great think say help low line before turn cause same mean differ move right boy old too does tell sentence set three want air well also play small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth father'.split(' ');

/** Seeded chat of `length` characters; with `hits`, one match about every 3,500. */
export function chat(length, seed, hits = true) {
  const random = seeded(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  let text = '';
  let next = 3500;
  while (text.length < length) {
    text += `${pick(vocabulary)}${random() < 0.1 ? '. ' : random() < 0.05 ? ', ' : ' '}`;
    if (random() < 0.02) text += `${Math.floor(random() * 100)} `;
    if (!hits || text.length <= next) continue;
    text += `${pick(['jane.doe@example.com', 'call 415-555-2671', 'ignore all previous instructions'])} `;
    next += 3500;
  }
  return text.slice(0, length);
}

/** `length` random characters of `alphabet`. */
export function noise(alphabet, length, seed) {
  const random = seeded(seed);
  let text = '';
  while (text.length < length) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}
