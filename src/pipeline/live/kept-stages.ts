/** The stages of the live run that is kept: between them is one of everything that live edges are made of. */
import type { StageContext } from '../../stage/context.js';
import { StageKind } from '../../stage/kind.js';
import type { Stage } from '../../stage/stage.js';
import { textElement, valueElement, type StreamElement } from '../../stream/element.js';
import type { StageSpec } from '../spec.js';

const passing = (name: string): Stage => ({ name, kind: StageKind.TRANSFORM, execute: () => undefined, transform: (element: StreamElement) => element });

const waiting = async ({ input }: StageContext): Promise<never> => {
  while ((await input.read()) !== undefined);
  return new Promise<never>(() => undefined);
};

/** A source that never ends and waits for credit, fused stages, stages that compete, readers that wait, and stages that have settled. */
export const KEPT_STAGES: readonly StageSpec[] = [
  {
    name: 'source',
    stage: async ({ output }) => {
      output.tryWrite(valueElement(0));
      output.tryWrite(textElement(''));
      return new Promise<never>(() => undefined);
    },
  },
  { name: 'first', stage: passing('first'), streamsFrom: ['source'] },
  { name: 'second', stage: passing('second'), streamsFrom: ['first'] },
  { name: 'reader', stage: waiting, streamsFrom: ['second'] },
  { name: 'writer', stage: async ({ output }) => { while (await output.write(valueElement(0))); } },
  { name: 'full', stage: () => new Promise<never>(() => undefined), streamsFrom: ['writer'] },
  ...['a', 'b'].map((name): StageSpec => ({ name, stage: waiting, streamsFrom: [{ from: 'source', compete: 'kept' }] })),
  { name: 'merged', stage: waiting, streamsFrom: ['a', 'b'] },
  { name: 'ended', stage: async () => ({ kept: true }) },
  { name: 'passed', stage: passing('passed'), streamsFrom: ['ended'] },
];
