/** Joins several live producers into one stream, in the order of arrival or one after the other. */
import { requireOneOf } from '../base/option.js';
import { withMetadata, type StreamElement } from '../stream/element.js';
import { BaseStage } from './base-stage.js';

/** Options of {@link MergeStage}. */
export interface MergeOptions {
  /** 'arrival' mixes, 'ordered' gives all of the first producer, then all of the second, and so on. @default 'arrival' */
  readonly order?: 'arrival' | 'ordered';
  /** Adds `inputIndex` to the metadata: the place of the producer among the edges. @default true */
  readonly index?: boolean;
}

/** The stage that may be connected to several producers. */
export class MergeStage extends BaseStage {
  /** Tells the graph that several producers are meant, and in which order they are read. */
  readonly merges: 'arrival' | 'ordered';
  /** Tells the graph to mark each element with the place of its producer. */
  readonly mergeIndex: boolean;

  constructor(name: string, options: MergeOptions = {}) {
    super(name);
    this.merges = requireOneOf('MergeStage.order', options.order ?? 'arrival', ['arrival', 'ordered']);
    this.mergeIndex = options.index ?? true;
  }

  /** The element itself; the order is made by the edges. */
  override readonly transform = (element: StreamElement): StreamElement => element;
}

/** The element with the place of its producer. */
export function withInputIndex(element: StreamElement, inputIndex: number): StreamElement {
  return withMetadata(element, { inputIndex });
}
