/**
 * Where a message that flows comes from. Only what is new in a turn is added to a conversation; its history
 * and the prompt flow through the same edges, and say so in the metadata of their elements.
 */
import type { Data } from '../base/data.js';
import type { StreamElement } from '../stream/element.js';

/** Metadata of a message that the conversation holds already, or that stands for such messages. */
export const FROM_HISTORY: Readonly<Data> = Object.freeze({ fromHistory: true });

/** Metadata of a message that belongs to how a model is asked, not to the conversation. */
export const FROM_PROMPT: Readonly<Data> = Object.freeze({ fromPrompt: true });

/** Whether the message is a part of the conversation's history. */
export function isFromHistory(element: StreamElement): boolean {
  return element.metadata?.['fromHistory'] === true;
}

/** Whether the message was written for the model only. */
export function isFromPrompt(element: StreamElement): boolean {
  return element.metadata?.['fromPrompt'] === true;
}
