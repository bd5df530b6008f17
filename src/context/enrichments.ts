/** What enrichment stages add to a run: who the user is, what is remembered, what was looked up. */
import { frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { requireUuid } from '../base/id.js';
import { InvalidOptionError } from '../base/option.js';
import { readRenamed } from './legacy-name.js';
import { dataToWire, fromWire, optionalText, readField, requireList, requireRecord, toWire } from './wire.js';

/** Fields of a {@link ProfileEnrichment}. */
export interface ProfileEnrichmentInit {
  readonly userId?: string | null | undefined;
  readonly displayName?: string | null | undefined;
  /** @default {} */
  readonly preferences?: Readonly<Data> | undefined;
  /** @default [] */
  readonly goals?: readonly string[] | undefined;
}

/** Who the user is. */
export class ProfileEnrichment {
  /** The person, a UUID. */
  readonly userId: string | null;
  readonly displayName: string | null;
  /** Frozen. */
  readonly preferences: Readonly<Data>;
  readonly goals: readonly string[];

  /** Throws `InvalidIdError` or `InvalidOptionError` naming the field. */
  constructor(init: ProfileEnrichmentInit = {}) {
    this.userId = init.userId === undefined || init.userId === null ? null : requireUuid('ProfileEnrichment.userId', init.userId);
    this.displayName = optionalText('ProfileEnrichment.displayName', init.displayName);
    this.preferences = frozenCopy(requireRecord('ProfileEnrichment.preferences', init.preferences ?? {}));
    this.goals = texts('ProfileEnrichment.goals', init.goals);
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { user_id: this.userId, display_name: this.displayName, preferences: dataToWire(this.preferences), goals: [...this.goals] };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): ProfileEnrichment {
    return new ProfileEnrichment({
      userId: readField(dict, 'user_id') as string | null, // the constructor checks each
      displayName: readField(dict, 'display_name') as string | null,
      preferences: fromWire(dict['preferences'] ?? {}) as Data,
      goals: (dict['goals'] ?? []) as string[],
    });
  }
}

/** Fields of a {@link MemoryEnrichment}. */
export interface MemoryEnrichmentInit {
  /** @default [] */
  readonly recentTopics?: readonly string[] | undefined;
  /** @default [] */
  readonly keyFacts?: readonly string[] | undefined;
  readonly interactionHistorySummary?: string | null | undefined;
}

/** What is remembered of earlier conversations. */
export class MemoryEnrichment {
  readonly recentTopics: readonly string[];
  readonly keyFacts: readonly string[];
  readonly interactionHistorySummary: string | null;

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: MemoryEnrichmentInit = {}) {
    this.recentTopics = texts('MemoryEnrichment.recentTopics', init.recentTopics);
    this.keyFacts = texts('MemoryEnrichment.keyFacts', init.keyFacts);
    this.interactionHistorySummary = optionalText('MemoryEnrichment.interactionHistorySummary', init.interactionHistorySummary);
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { recent_topics: [...this.recentTopics], key_facts: [...this.keyFacts], interaction_history_summary: this.interactionHistorySummary };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling, and the older `short_term`, `long_term`, `summary` with a warning. */
  static fromDict(dict: Readonly<Data>): MemoryEnrichment {
    return new MemoryEnrichment({
      recentTopics: (readRenamed(dict, 'MemoryEnrichment', 'recent_topics', 'short_term') ?? []) as string[], // the constructor checks each
      keyFacts: (readRenamed(dict, 'MemoryEnrichment', 'key_facts', 'long_term') ?? []) as string[],
      interactionHistorySummary: (readRenamed(dict, 'MemoryEnrichment', 'interaction_history_summary', 'summary') ?? null) as string | null,
    });
  }
}

/** Fields of a {@link DocumentEnrichment}. */
export interface DocumentEnrichmentInit {
  readonly documentId?: string | null | undefined;
  readonly documentType?: string | null | undefined;
  /** @default [] */
  readonly blocks?: readonly Readonly<Data>[] | undefined;
  /** @default {} */
  readonly metadata?: Readonly<Data> | undefined;
}

/** A retrieved document. */
export class DocumentEnrichment {
  readonly documentId: string | null;
  readonly documentType: string | null;
  /** Pieces of the document, frozen. */
  readonly blocks: readonly Readonly<Data>[];
  /** Frozen. */
  readonly metadata: Readonly<Data>;

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: DocumentEnrichmentInit = {}) {
    this.documentId = optionalText('DocumentEnrichment.documentId', init.documentId);
    this.documentType = optionalText('DocumentEnrichment.documentType', init.documentType);
    this.blocks = frozenCopy(requireList('DocumentEnrichment.blocks', init.blocks).map((block) => requireRecord('DocumentEnrichment.blocks', block)));
    this.metadata = frozenCopy(requireRecord('DocumentEnrichment.metadata', init.metadata ?? {}));
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { document_id: this.documentId, document_type: this.documentType, blocks: this.blocks.map(dataToWire), metadata: dataToWire(this.metadata) };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling, and the older `doc_id`, `doc_type`, `content` with a warning; a text as `content` becomes one text block. */
  static fromDict(dict: Readonly<Data>): DocumentEnrichment {
    const blocks = readRenamed(dict, 'DocumentEnrichment', 'blocks', 'content') ?? [];
    return new DocumentEnrichment({
      documentId: (readRenamed(dict, 'DocumentEnrichment', 'document_id', 'doc_id') ?? null) as string | null, // the constructor checks each
      documentType: (readRenamed(dict, 'DocumentEnrichment', 'document_type', 'doc_type') ?? null) as string | null,
      blocks: (typeof blocks === 'string' ? [{ type: 'text', text: blocks }] : fromWire(blocks)) as Data[],
      metadata: fromWire(dict['metadata'] ?? {}) as Data,
    });
  }
}

/** Fields of {@link Enrichments}. */
export interface EnrichmentsInit {
  readonly profile?: ProfileEnrichment | ProfileEnrichmentInit | null | undefined;
  readonly memory?: MemoryEnrichment | MemoryEnrichmentInit | null | undefined;
  readonly documents?: readonly (DocumentEnrichment | DocumentEnrichmentInit)[] | undefined;
  /** Web search snippets. @default [] */
  readonly webResults?: readonly Readonly<Data>[] | undefined;
}

/** All enrichments of a run. */
export class Enrichments {
  readonly profile: ProfileEnrichment | null;
  readonly memory: MemoryEnrichment | null;
  readonly documents: readonly DocumentEnrichment[];
  /** Frozen. */
  readonly webResults: readonly Readonly<Data>[];

  /** Throws `InvalidOptionError` naming the field. */
  constructor(init: EnrichmentsInit = {}) {
    const { profile, memory } = init;
    this.profile = profile === undefined || profile === null ? null : profile instanceof ProfileEnrichment ? profile : new ProfileEnrichment(profile);
    this.memory = memory === undefined || memory === null ? null : memory instanceof MemoryEnrichment ? memory : new MemoryEnrichment(memory);
    const documents = requireList('Enrichments.documents', init.documents) as readonly (DocumentEnrichment | DocumentEnrichmentInit)[];
    this.documents = Object.freeze(documents.map((document) => (document instanceof DocumentEnrichment ? document : new DocumentEnrichment(document))));
    this.webResults = frozenCopy(requireList('Enrichments.webResults', init.webResults).map((result) => requireRecord('Enrichments.webResults', result)));
    Object.freeze(this);
  }

  /** True when there is anything at all. */
  get hasAny(): boolean {
    return this.profile !== null || this.memory !== null || this.documents.length > 0 || this.webResults.length > 0;
  }

  /** A copy with other fields. */
  with(changes: EnrichmentsInit): Enrichments {
    const { profile, memory, documents, webResults } = this;
    return new Enrichments({ profile, memory, documents, webResults, ...changes });
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return {
      profile: this.profile?.toDict() ?? null,
      memory: this.memory?.toDict() ?? null,
      documents: this.documents.map((document) => document.toDict()),
      web_results: toWire(this.webResults),
    };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): Enrichments {
    const { profile, memory } = dict;
    return new Enrichments({
      profile: isPlainObject(profile) ? ProfileEnrichment.fromDict(profile) : (profile as null),
      memory: isPlainObject(memory) ? MemoryEnrichment.fromDict(memory) : (memory as null),
      documents: requireList('Enrichments.fromDict.documents', dict['documents']).map((document) => DocumentEnrichment.fromDict(requireRecord('Enrichments.fromDict.documents', document))),
      webResults: fromWire(readField(dict, 'web_results') ?? []) as Data[],
    });
  }
}

function texts(option: string, value: unknown): readonly string[] {
  const list = requireList(option, value);
  for (const item of list) if (typeof item !== 'string') throw new InvalidOptionError(option, item, 'a list of strings');
  return Object.freeze([...(list as readonly string[])]);
}
