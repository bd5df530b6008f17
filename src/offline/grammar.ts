/**
 * What a sentence asks for: patterns from text to a tool call or to something the agent says by
 * itself. The same patterns serve speech and typing; typing may say more than the recogniser hears.
 * The first pattern that fits wins; nothing fits by half.
 */
import type { Data } from '../base/data.js';
import { calculate } from './arithmetic.js';
import { readDuration } from './duration-reader.js';
import { readNumber, tokensOf } from './number-reader.js';
import { SPOKEN_NOTE, SPOKEN_NUMBER } from './transcript.js';
import { withoutSlips } from './typing.js';
import { convert, unitOf, type Unit } from './units.js';

/** What the agent says without a tool. */
export type Remark = 'help' | 'greeting' | 'stop' | 'repeat' | 'last_said' | 'thanks' | 'goodbye' | 'identity' | 'well_being' | 'yes_no' | 'what_to_remember' | 'what_to_forget' | 'how_long' | 'unknown';

/** The reading of a sentence. */
export type Intent = { readonly kind: 'tool'; readonly tool: string; readonly input: Data } | { readonly kind: 'remark'; readonly remark: Remark };

const OPENERS = /^(?:(?:hey|hi|okay|ok|well|so|um|uh|please|sluice|assistant|computer)[,\s]+)*(?:(?:can|could|would|will) you (?:please )?(?=\w)|i(?: want| need| would like|['’]d like) (?:you )?to |go ahead and |let's )?(?:please )?(?:(?:tell me|let me know|do you (?:know|happen to know)|i(?: want| need| would like|['’]d like) to know|know|i wonder) (?=(?:what|which|when|how|who)\b))?/i;
const CLOSERS = /(?:[\s,]+(?:please|thanks|thank you|for me|right now|now))*[\s.!?]*$/i;

const REMARKS: readonly (readonly [RegExp, Remark])[] = [
  [/^(?:stop(?: it| that| talking| speaking)?|quiet|be quiet|silence|enough|that is enough|never ?mind|shut up|pause)$/, 'stop'],
  [/^(?:help(?: me)?|what can (?:you|i) (?:do|say|ask)(?: .*)?|what do you do|how (?:does this work|do i use (?:this|it|you))|(?:list |show )?(?:the |your )?commands)$/, 'help'],
  [/^(?:hi|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|again|sluice|assistant|computer))?$|^are you there$/, 'greeting'],
  [/^(?:repeat(?: (?:that|it|the answer))?|say (?:that|it) again|again|sorry,? what|once more|come again|pardon(?: me)?|sorry|what|what did you (?:just )?say)$/, 'repeat'],
  [/^(?:what did i (?:just )?(?:say|tell you|ask(?: you)?)(?: last| before)?|what was my (?:last )?question)$/, 'last_said'],
  [/^(?:thanks|thank you(?: (?:very|so) much)?|thanks a lot|cheers)$/, 'thanks'],
  [/^(?:bye|goodbye|good ?night|see you(?: later)?)$/, 'goodbye'],
  [/^(?:who are you|what are you|what is your name)$/, 'identity'],
  [/^(?:how are you(?: (?:doing|today))*|are you (?:okay|ok|well))$/, 'well_being'],
  [/^(?:yes|no|yeah|nope|okay|ok|sure)$/, 'yes_no'],
  [/^(?:remember|take a note|make a note|note|remember (?:this|that|it))$/, 'what_to_remember'],
  [/^(?:forget|delete)$/, 'what_to_forget'],
];

const TIME = /^(?:what time (?:is it|it is)(?: now)?|what (?:the )?time is|what is the (?:current )?time(?: now)?|(?:tell|give) me the time|(?:the |current )?time|do you (?:have|know) (?:the time|what time it is)|how late is it)$/;
const DATE = /^(?:what (?:is )?(?:the )?(?:date|day)(?: of the week)?(?: (?:is it|is|it is|was it|was|will it be))?(?: (today|tomorrow|yesterday))?|what is (today|tomorrow|yesterday)(?:'s)?(?: date| day)?|what (?:is|was) (today|tomorrow|yesterday)|(today|tomorrow|yesterday)(?:'s)? (?:date|day)|(?:tell|give) me the date|(?:the )?date|(?:the )?day|what (?:the )?(?:date|day) (?:it )?is(?: (today|tomorrow))?|which (?:day|date) (?:is it(?: (today|tomorrow))?|is (today|tomorrow))|what will the (?:date|day) be (tomorrow)|what (?:month|year|week ?day) (?:is it|is this|are we in)|is (?:it|today) (?:mon|tues|wednes|thurs|fri|satur|sun)day(?: today)?)$/;
const REMEMBER = /^(?:remember|note|take a note|make a note|(?:write|jot|note) (?:this |that |it )?down|make (?:yourself )?a note of|keep in mind|save (?:a |the |this )?note|do not forget|don't forget)(?: (?:that|of|this))?[\s:,]+(.+)$/is;
const RECALL = /^(?:recall(?: (?:all )?(?:of )?(?:my |the )?(?:notes?|everything))?|(?:list|read|show|tell|play|get|say)(?: me| back)?(?: all)?(?: of)? (?:my |the )?notes?(?: (?:back|again|out loud|aloud))*|(?:my |the )?notes|what (?:are|were) my notes|what do you remember(?: about me)?|what did i (?:ask|tell) you to (?:remember|note)|what (?:have|did) (?:you|i) (?:remembered|noted|note)|do i have (?:any )?notes)$/;
const FORGET_ALL = /^(?:forget|delete|erase|clear|remove)(?: (?:all|all of|everything in))?(?: (?:my|the|these|those))? (?:notes?|memory|memories|everything|recordings?|clips?)$/;
const FORGET_LAST = /^(?:forget|delete|erase|remove) (?:that|it|this|the last(?: note)?|my last note)$/;
const RECALL_ABOUT = [/^(?:do you (?:remember|know) |can you remember |remember )?where (?:is |are |did i (?:put|leave|park) |have i put )?(?:my |the |a )?(.+?)(?: (?:is|are))?$/, /^what (?:did i (?:say|tell you|note)|do you (?:know|remember)|have i noted) about (?:my |the )?(.+)$/, /^(?:find|search|look up|recall) (?:my |the )?notes? (?:about|on|for|with) (?:my |the )?(.+)$/, /^recall (?:my |the )?(?:note about )?(.+)$/] as const;
const FORGET_ONE = /^(?:forget|delete|erase|remove) (?:my |the )?(?:(?:note )?(?:number )(\d+|one|two|three|four|five|six|seven|eight|nine|ten)|note (\d+|one|two|three|four|five|six|seven|eight|nine|ten)|(first|second|third|fourth|fifth) note|note (?:about|on|with|that says) (?:my |the )?(.+))$/;
const CANCEL_TIMERS = /^(?:cancel|stop|delete|clear|remove|end|turn off|kill)(?: (?:all|every))?(?: of)?(?: (?:the|my|a|that|those))?(?: (.+?))? ?timers?(?: (?:for|called|named) (.+))?$/;
const LIST_TIMERS = /^(?:(?:list|show|tell me|read|check)(?: me)?(?: all)?(?: (?:of )?(?:my|the|any|running))* timers?|(?:what|which) timers(?: .*)?|how (?:much time|long|many minutes|many seconds) (?:is |are )?(?:left|remaining|to go)(?: on .*)?|how much (?:longer|time)(?: .*)?|do i have (?:any )?timers(?: .*)?|(?:are there|are) (?:any )?timers(?: .*)?|is (?:a|my|the) timer (?:running|on|set)|timers|time left|when does (?:my|the) (?:.+ )?timer (?:ring|end|go off))$/;
const ON_TIMER = /\b(?:on|of|for) (?:the |my )?(.*?) ?timer(?: (?:for|called|named) (.+))?$/;
const ALERT = /^(?:remind me|wake me(?: up)?|(?:alert|notify|ping|buzz|call|tell|warn) me|let me know)(?= |$)/;
const REMIND = /^remind me(?: (?:to|about|that) (.+))?$/;

/** Reads a sentence; with `mend`, also one with typing slips. */
export function readIntent(text: string, mend = true): Intent {
  const trimmed = text.trim();
  const spoken = trimmed.replace(OPENERS, '').replace(CLOSERS, '');
  // A greeting or a thank-you is all opener or closer: it is then read as it stands.
  const kept = spoken === '' ? trimmed.replace(/[\s.!?]+$/, '') : spoken;
  const plain = simple(kept);
  const whole = simple(trimmed.replace(/[\s.!?]+$/, ''));
  const read = remarkOf(whole) ?? remarkOf(plain) ?? noteOf(kept, plain) ?? timeOf(plain) ?? timerOf(plain) ?? conversionOf(plain) ?? sumOf(plain) ?? noteAbout(plain);
  if (read !== undefined && !(read.kind === 'remark' && read.remark === 'how_long')) return read;
  const mended = mend ? withoutSlips(plain) : undefined;
  const again = mended === undefined ? undefined : readIntent(mended, false);
  return again?.kind === 'tool' || read === undefined ? (again ?? remark('unknown')) : read;
}

// Lower case, straight apostrophes, no contractions of "is", single spaces.
function simple(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/’/g, "'").replace(/\b(what|that|who|how|where|when|it|there)'s\b/g, '$1 is').replace(/\bwhats\b/g, 'what is').replace(/\s+/g, ' ').trim();
}

const remark = (name: Remark): Intent => ({ kind: 'remark', remark: name });
const tool = (name: string, input: Data = {}): Intent => ({ kind: 'tool', tool: name, input });

function remarkOf(plain: string): Intent | undefined {
  const found = REMARKS.find(([pattern]) => pattern.test(plain));
  return found === undefined ? undefined : remark(found[1]);
}

function noteOf(kept: string, plain: string): Intent | undefined {
  if (RECALL.test(plain)) return tool('recall_notes');
  if (FORGET_ALL.test(plain)) return tool('forget_notes', { which: 'all' });
  if (FORGET_LAST.test(plain)) return tool('forget_notes', { which: 'last' });
  const one = FORGET_ONE.exec(plain);
  if (one !== null) {
    const [, number = '', figure = number, rank = '', about] = one;
    if (about !== undefined) return tool('forget_notes', { which: 'about', about });
    const count = RANKS.indexOf(rank) + 1 || (readNumber(tokensOf(figure), 0)?.value ?? 0);
    return tool('forget_notes', { which: 'number', number: count });
  }
  const content = REMEMBER.exec(kept)?.[1]?.trim();
  if (content === undefined || content === '') return undefined;
  if (content.includes(SPOKEN_NUMBER)) return tool('remember_note', { text: '', recorded: true, number: true });
  if (content.includes(SPOKEN_NOTE)) return tool('remember_note', { text: content.replaceAll(SPOKEN_NOTE, ' ').replace(/\s+/g, ' ').trim(), recorded: true });
  return tool('remember_note', { text: content });
}

const RANKS = ['first', 'second', 'third', 'fourth', 'fifth'];

function noteAbout(plain: string): Intent | undefined {
  for (const pattern of RECALL_ABOUT) {
    const about = pattern.exec(plain)?.[1];
    if (about !== undefined) return tool('recall_notes', { about });
  }
  return undefined;
}

function timeOf(plain: string): Intent | undefined {
  if (TIME.test(plain)) return tool('get_time');
  const date = DATE.exec(plain);
  return date === null ? undefined : tool('get_date', { day: date.slice(1).find((day) => day !== undefined) ?? 'today' });
}

function timerOf(plain: string): Intent | undefined {
  if (plain === 'cancel') return tool('cancel_timers', {});
  if (LIST_TIMERS.test(plain)) {
    const named = ON_TIMER.exec(plain);
    const label = [named?.[1], named?.[2]].map((part) => (part ?? '').replace(/^(?:the|my)\b ?/, '')).find((part) => part !== '') ?? '';
    return tool('list_timers', label === '' ? {} : cancelInput(label));
  }
  const cancel = CANCEL_TIMERS.exec(plain);
  if (cancel !== null) return tool('cancel_timers', cancelInput((cancel[1] ?? cancel[2] ?? '').trim()));
  const reminder = ALERT.test(plain);
  if (!reminder && !/\b(?:timer|countdown|count down|alarm)\b/.test(plain)) return undefined;
  const duration = readDuration(plain);
  if (duration === undefined) return /^(?:(?:set|start|begin|create|make|add) )?(?:a |the |an |another )?(?:new )?(?:timer|countdown|alarm)(?: (?:for|at) .*)?$|^remind me/.test(plain) ? remark('how_long') : undefined;
  const rest = duration.rest.replace(/\b(?:in|for|of|after)$|\b(?:in|for|of|after) (?=to\b)/g, '').replace(/\s+/g, ' ').trim();
  if (reminder) {
    const what = REMIND.exec(rest.replace(ALERT, 'remind me').replace(/^remind me (?:in|after) /, 'remind me '))?.[1];
    return tool('set_timer', { duration_ms: duration.ms, label: (what ?? '').replace(/ (?:in|after)$/, '') });
  }
  const label = /\b(?:called|named|labell?ed) (.+)$/.exec(rest)?.[1] ?? /^(?:set|start|begin|create|make|add|run|put on|give me|get me|i need|i want|can i have)?(?: (?:me|us))?(?: (?:a|an|the|my|another)\b)?(?: -)? ?(.*?) ?(?:timer|countdown|count down|alarm)(?: (?:for|in|of|from|to))?(?: (.+))?$/.exec(rest)?.slice(1).map((part) => nameOf(part ?? '')).find((part) => part !== '');
  return tool('set_timer', { duration_ms: duration.ms, label: nameOf(label ?? '') });
}

// What a timer is for, without the words around it.
function nameOf(label: string): string {
  const bare = label.replace(/^(?:for|to|the|my|a|an)\b ?/, '').replace(/^(?:the|my|a|an)\b ?/, '').trim();
  return /^(?:me|us|new|set|start|another|from|of|in|-|up)?$/.test(bare) ? '' : bare.replace(/^(?:me|us) (?:for )?/, '');
}

function cancelInput(given: string): Data {
  const which = given.replace(/^(?:the|my|a)\b ?/, '');
  if (/^(?:first|next|last|latest|newest|oldest)$/.test(which)) return { which: /^(?:first|next|oldest)$/.test(which) ? 'first' : 'last' };
  if (which === '' || which === 'all' || which === 'running') return {};
  const duration = readDuration(which);
  return duration === undefined ? { label: which } : { duration_ms: duration.ms };
}

const CONVERSION = [
  /^(?:convert|change|turn|translate) (.+?) (?:to|into|in|as) (.+)$/,
  /^how many (.+?) (?:are |is |equals? |make )?(?:there )?(?:in|is|are|make) (?:an? )?(.+)$/,
  /^(?:what is|how (?:much|many|far|long|tall|heavy|hot|cold|fast|big) (?:is|are)|calculate)? ?(.+?) (?:in|to|into|as) (.+)$/,
] as const;

function conversionOf(plain: string): Intent | undefined {
  for (const [index, pattern] of CONVERSION.entries()) {
    const match = pattern.exec(plain);
    if (match === null) continue;
    const [from, to] = index === 1 ? [match[2] ?? '', match[1] ?? ''] : [match[1] ?? '', match[2] ?? ''];
    const amount = readMeasure(from, index === 1);
    const unit = unitOf(to);
    if (amount !== undefined && unit !== undefined) return tool('convert_units', { value: amount.value, from: amount.unit.one, to: unit.one });
  }
  return undefined;
}

function readMeasure(text: string, single: boolean): { readonly value: number; readonly unit: Unit } | undefined {
  const tokens = tokensOf(text);
  const negative = tokens[0] === 'minus' || tokens[0] === '-' || tokens[0] === '−' || tokens[0] === 'negative';
  const start = negative ? 1 : 0;
  const number = readNumber(tokens, start);
  const article = tokens[start] === 'a' || tokens[start] === 'an' || tokens[start] === 'one';
  const name = (from: number): string => tokens.slice(from).join(' ').replace(/ ?\/ ?/g, '/');
  if (number === undefined) {
    const unit = article ? unitOf(name(start + 1)) : single ? unitOf(name(start)) : undefined;
    return unit === undefined ? undefined : { value: 1, unit };
  }
  const unit = unitOf(name(number.end));
  if (unit !== undefined) return { value: negative ? -number.value : number.value, unit };
  return negative ? undefined : twoMeasures(tokens, number.value, number.end);
}

// "6 feet 2 inches", "6 foot 2", "5 pounds 3 ounces": told in the smaller unit.
function twoMeasures(tokens: readonly string[], value: number, from: number): { readonly value: number; readonly unit: Unit } | undefined {
  const large = unitOf(tokens[from] ?? '');
  const at = tokens[from + 1] === 'and' ? from + 2 : from + 1;
  const rest = readNumber(tokens, at);
  if (large === undefined || rest === undefined) return undefined;
  const smaller = rest.end === tokens.length ? unitOf({ foot: 'inch', pound: 'ounce', hour: 'minute', minute: 'second', meter: 'centimeter' }[large.one] ?? '') : unitOf(tokens.slice(rest.end).join(' '));
  const whole = smaller === undefined ? undefined : convert(value, large, smaller);
  return smaller === undefined || whole === undefined ? undefined : { value: Number((whole + rest.value).toPrecision(12)), unit: smaller };
}

function sumOf(plain: string): Intent | undefined {
  const expression = plain.replace(/^(?:what is|what are|what does|how much is|how much are|calculate|compute|work out|solve|evaluate|and)\s+/, '').replace(/\s+(?:equal|equals|make|be)$/, '').replace(/[?=\s]+$/, '');
  const result = calculate(asTerm(expression));
  return result.ok || result.reason !== 'not_arithmetic' ? tool('calculate', { expression: asTerm(expression) }) : undefined;
}

const TERMS: readonly (readonly [RegExp, string])[] = [
  [/^(?:please )?divide (.+) by (.+)$/, '$1 divided by $2'],
  [/^multiply (.+) (?:by|with|and) (.+)$/, '$1 times $2'],
  [/^add (.+) (?:and|to|plus) (.+)$/, '$1 plus $2'],
  [/^(?:subtract|take(?: away)?|deduct) (.+) from (.+)$/, '$2 minus $1'],
  [/^(?:the )?sum of (.+) and (.+)$/, '$1 plus $2'],
  [/^(?:the )?product of (.+) and (.+)$/, '$1 times $2'],
  [/^(?:the )?difference (?:between|of) (.+) and (.+)$/, '$1 minus $2'],
  [/^(?:the )?quotient of (.+) and (.+)$/, '$1 divided by $2'],
];

// "divide 100 by 4" as the term that it means.
function asTerm(expression: string): string {
  const found = TERMS.find(([pattern]) => pattern.test(expression));
  return found === undefined ? expression : expression.replace(found[0], found[1]);
}
