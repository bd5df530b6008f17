/**
 * Scores of the guardrails on labelled records: spans of personal information by type, source and tag;
 * profanity and injection by record. A span counts when its type is right and it shares half of the
 * longer of the two.
 */
import { ContentFilter } from '../../src/guardrails/content-filter.js';
import { InjectionDetector } from '../../src/guardrails/injection-detector.js';
import { PIIDetector } from '../../src/guardrails/pii-detector.js';

/** Precision, recall and their harmonic mean. */
export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly count: number;
}

/** All scores of one split. */
export interface Scores {
  readonly pii: {
    readonly micro: Score;
    readonly macro: number;
    readonly exact: number;
    readonly types: Readonly<Record<string, Score>>;
    readonly bySource: Readonly<Record<string, Score>>;
    /** Recall of the records with a tag. */
    readonly tags: Readonly<Record<string, number>>;
    /** Share of the records without personal information that were flagged. */
    readonly cleanFlagged: number;
  };
  readonly profanity: { readonly all: Score; readonly falsePositiveRate: number; readonly groups: Readonly<Record<string, number>>; readonly clean: Readonly<Record<string, number>>; readonly bySource: Readonly<Record<string, number>> };
  readonly injection: { readonly all: Score; readonly reviewed: Score; readonly falsePositiveRate: number; readonly families: Readonly<Record<string, number>>; readonly clean: Readonly<Record<string, number>>; readonly bySource: Readonly<Record<string, number>> };
}

interface Counts {
  hit: number;
  wrong: number;
  missed: number;
}

const none = (): Counts => ({ hit: 0, wrong: 0, missed: 0 });
const scoreOf = ({ hit, wrong, missed }: Counts): Score => ({ precision: share(hit, hit + wrong), recall: share(hit, hit + missed), f1: share(2 * hit, 2 * hit + wrong + missed), count: hit + missed });
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
const mapValues = <A, B>(record: ReadonlyMap<string, A>, to: (value: A) => B): Record<string, B> => Object.fromEntries([...record].map(([key, value]) => [key, to(value)]));

function tally(map: Map<string, Counts>, key: string): Counts {
  const known = map.get(key) ?? none();
  map.set(key, known);
  return known;
}

interface PiiRecord {
  readonly text: string;
  readonly entities: readonly { readonly type: string; readonly start: number; readonly end: number }[];
  readonly source: string;
  readonly tags?: readonly string[];
  readonly scope?: readonly string[];
}

interface TextRecord {
  readonly text: string;
  readonly source: string;
  readonly profane?: boolean;
  readonly injection?: boolean;
  readonly note?: string;
  readonly family?: string;
  readonly noisy?: boolean;
}

/** Scores a split; `read` gives the text of `pii`, `profanity` or `injection`. */
export function evaluate(read: (name: string) => string): Scores {
  const records = <T>(name: string): T[] => read(name).trim().split('\n').map((line) => JSON.parse(line) as T);
  return { pii: scorePii(records<PiiRecord>('pii')), profanity: scoreProfanity(records<TextRecord>('profanity')), injection: scoreInjection(records<TextRecord>('injection')) };
}

function scorePii(records: readonly PiiRecord[]): Scores['pii'] {
  const detector = new PIIDetector();
  const all = none();
  const types = new Map<string, Counts>();
  const sources = new Map<string, Counts>();
  const tags = new Map<string, Counts>();
  let exact = 0;
  let clean = 0;
  let flagged = 0;
  for (const { text, entities, source, scope, tags: tagged = [] } of records) {
    const found = detector.check(text).violations.map(({ metadata, location }) => ({ type: String(metadata['pii_type']), start: location?.[0] ?? 0, end: location?.[1] ?? 0 })).filter(({ type }) => scope === undefined || scope.includes(type));
    const free = new Set(found);
    const add = (type: string, what: keyof Counts): void => {
      for (const counts of [all, tally(types, type), tally(sources, source), ...tagged.map((tag) => tally(tags, tag))]) counts[what]++;
    };
    for (const entity of entities) {
      const match = [...free].find((one) => one.type === entity.type && Math.min(one.end, entity.end) - Math.max(one.start, entity.start) >= 0.5 * Math.max(one.end - one.start, entity.end - entity.start));
      if (match === undefined) add(entity.type, 'missed');
      else {
        free.delete(match);
        add(entity.type, 'hit');
        if (match.start === entity.start && match.end === entity.end) exact++;
      }
    }
    for (const { type } of free) add(type, 'wrong');
    if (entities.length === 0) {
      clean++;
      if (found.length > 0) flagged++;
    }
  }
  const byType = mapValues(types, scoreOf);
  return {
    micro: scoreOf(all),
    macro: Object.values(byType).reduce((sum, { f1 }) => sum + f1, 0) / types.size,
    exact: share(2 * exact, 2 * all.hit + all.wrong + all.missed),
    types: byType,
    bySource: mapValues(sources, scoreOf),
    tags: mapValues(tags, (counts) => scoreOf(counts).recall),
    cleanFlagged: share(flagged, clean),
  };
}

/** Scores records that are positive or not; `groupOf` names the class of a record. */
function scoreRecords(records: readonly TextRecord[], isPositive: (record: TextRecord) => boolean, flags: (text: string) => boolean, groupOf: (record: TextRecord) => string): { readonly all: Score; readonly reviewed: Score; readonly falsePositiveRate: number; readonly positive: Record<string, number>; readonly clean: Record<string, number>; readonly bySource: Record<string, number> } {
  const all = none();
  const reviewed = none();
  const groups = new Map<string, Counts>();
  const clean = new Map<string, Counts>();
  const sources = new Map<string, Counts>();
  for (const record of records) {
    const positive = isPositive(record);
    const flagged = flags(record.text);
    const what: keyof Counts | undefined = positive ? (flagged ? 'hit' : 'missed') : flagged ? 'wrong' : undefined;
    const group = tally(positive ? groups : clean, groupOf(record));
    // of clean records, `hit` counts those that were flagged
    if (positive) group[flagged ? 'hit' : 'missed']++;
    else group[flagged ? 'hit' : 'missed']++;
    const source = tally(sources, record.source);
    source[positive === flagged ? 'hit' : 'wrong']++;
    if (what === undefined) continue;
    all[what]++;
    if (record.noisy !== true) reviewed[what]++;
  }
  const cleanRecords = records.filter((record) => !isPositive(record)).length;
  const recall = ({ hit, missed }: Counts): number => share(hit, hit + missed);
  return { all: scoreOf(all), reviewed: scoreOf(reviewed), falsePositiveRate: share(all.wrong, cleanRecords), positive: mapValues(groups, recall), clean: mapValues(clean, recall), bySource: mapValues(sources, ({ hit, wrong }) => share(hit, hit + wrong)) };
}

function scoreProfanity(records: readonly TextRecord[]): Scores['profanity'] {
  const filter = new ContentFilter();
  const { all, falsePositiveRate, positive, clean, bySource } = scoreRecords(records, ({ profane }) => profane === true, (text) => !filter.check(text).passed, ({ note = '' }) => note);
  return { all, falsePositiveRate, groups: positive, clean, bySource };
}

function scoreInjection(records: readonly TextRecord[]): Scores['injection'] {
  const detector = new InjectionDetector();
  const { all, reviewed, falsePositiveRate, positive, clean, bySource } = scoreRecords(records, ({ injection }) => injection === true, (text) => !detector.check(text).passed, ({ family = '' }) => family);
  return { all, reviewed, falsePositiveRate, families: positive, clean, bySource };
}
