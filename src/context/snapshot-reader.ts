/** Reads the wire form of a snapshot, nested or flat, into constructor fields. Apart from the snapshot because it knows every older shape. */
import { isPlainObject, type Data } from '../base/data.js';
import { Conversation } from './conversation.js';
import { Enrichments } from './enrichments.js';
import { ExtensionBundle, type ExtensionRegistry } from './extension-bundle.js';
import { RunIdentity } from './run-identity.js';
import type { ContextSnapshotInit } from './snapshot-init.js';
import { fromWire, optionalText, readField, requireRecord } from './wire.js';

/** Constructor fields of a snapshot from its wire form; nested fields win over flat ones. */
export function snapshotInitFromDict(dict: Readonly<Data>, registry?: ExtensionRegistry): ContextSnapshotInit {
  requireRecord('ContextSnapshot.fromDict', dict);
  const runId = readField(dict, 'run_id');
  return {
    runId: RunIdentity.fromDict(isPlainObject(runId) ? { ...dict, ...runId } : dict),
    conversation: conversationOf(dict),
    enrichments: enrichmentsOf(dict),
    extensions: extensionsOf(dict, registry),
    inputText: readField(dict, 'input_text') as string | null, // the constructor checks each
    inputAudioDurationMs: readField(dict, 'input_audio_duration_ms') as number | null,
    topology: dict['topology'] as string | null,
    executionMode: readField(dict, 'execution_mode') as string | null,
    metadata: fromWire(dict['metadata'] ?? {}) as Data,
    createdAt: readField(dict, 'created_at') as Date | null,
  };
}

function conversationOf(dict: Readonly<Data>): Conversation | null {
  const { conversation } = dict;
  if (conversation !== undefined && conversation !== null) return Conversation.fromDict(requireRecord('ContextSnapshot.fromDict.conversation', conversation));
  const messages = dict['messages'];
  const routing = readField(dict, 'routing_decision') ?? null;
  if ((!Array.isArray(messages) || messages.length === 0) && routing === null) return null;
  return Conversation.fromDict({ messages, routing_decision: routing });
}

function enrichmentsOf(dict: Readonly<Data>): Enrichments | null {
  const { enrichments } = dict;
  if (enrichments !== undefined && enrichments !== null) return Enrichments.fromDict(requireRecord('ContextSnapshot.fromDict.enrichments', enrichments));
  const flat = Enrichments.fromDict({ profile: dict['profile'], memory: dict['memory'], documents: dict['documents'], web_results: readField(dict, 'web_results') });
  return flat.hasAny ? flat : null;
}

function extensionsOf(dict: Readonly<Data>, registry: ExtensionRegistry | undefined): ExtensionBundle | null {
  const extensions = dict['extensions'] ?? null;
  if (extensions === null) return null;
  const type = optionalText('ContextSnapshot.fromDict.extensions_type', readField(dict, 'extensions_type'));
  return ExtensionBundle.fromDict(requireRecord('ContextSnapshot.fromDict.extensions', extensions), type === null ? undefined : registry?.get(type));
}
