import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../src/base/option.js';
import { ContextSnapshot } from '../../src/context/snapshot.js';
import { MissingInputError, UndeclaredDependencyError } from '../../src/stage/errors.js';
import { createStageInputs, StageInputs } from '../../src/stage/inputs.js';
import { StageOutput } from '../../src/stage/output.js';
import { AudioPorts, CorePorts, createAudioPorts, createCorePorts, createLLMPorts, LLMPorts, mergePorts } from '../../src/stage/ports.js';

const snapshot = new ContextSnapshot({ inputText: 'typed' });
const routed = (options = {}): StageInputs =>
  createStageInputs({ snapshot, priorOutputs: { router: StageOutput.ok({ route: 'fast', shared: 1 }), other: StageOutput.ok({ shared: 2, empty: '', no: null }) }, declaredDeps: ['router'], stageName: 'planner', ...options });

describe('StageInputs', () => {
  it('finds a key in the first output that has it', () => {
    expect([routed().get('shared'), routed().get('empty'), routed().get('no'), routed().get('nothing'), routed().get('nothing', 7)]).toEqual([1, '', null, undefined, 7]);
  });

  it('reads a declared dependency by name, with a default', () => {
    expect([routed().getFrom('router', 'route'), routed().getFrom('router', 'nothing', 'general'), routed().requireFrom('router', 'route'), routed().hasOutput('router'), routed().getOutput('router')?.data]).toEqual(['fast', 'general', 'fast', true, { route: 'fast', shared: 1 }]);
  });

  it('refuses an undeclared dependency everywhere, saying what is declared', () => {
    for (const read of [() => routed().getFrom('other', 'shared'), () => routed().requireFrom('other', 'shared'), () => routed().hasOutput('other'), () => routed().getOutput('other')]) expect(read).toThrow(UndeclaredDependencyError);
    expect(() => routed().getFrom('other', 'shared')).toThrow("Stage 'planner' reads 'other', which it has not declared (declared: 'router'). Add 'other' to its dependencies.");
    expect(() => routed({ declaredDeps: [] }).getFrom('router', 'route')).toThrow('declared: none');
  });

  it('finds nothing there when it is not strict, and everything when nothing was declared', () => {
    expect([routed({ strict: false }).getFrom('other', 'shared'), routed({ declaredDeps: undefined }).getFrom('other', 'shared'), new StageInputs({ snapshot }).strict]).toEqual([undefined, 2, true]);
  });

  it('throws for a required key that is not there, and never takes an inherited name for a key', () => {
    expect(() => routed().requireFrom('router', 'nothing')).toThrow(MissingInputError);
    expect(routed().get('constructor')).toBeUndefined();
    expect(routed().getFrom('router', 'toString')).toBeUndefined();
  });

  it.each([[null], [undefined], [''], [3]])('refuses the key %s', (key) => {
    expect(() => routed().get(key as never)).toThrow(InvalidOptionError);
    expect(() => routed().getFrom('router', key as never)).toThrow(InvalidOptionError);
    expect(() => routed().getFrom(key as never, 'route')).toThrow(InvalidOptionError);
  });

  it('takes the text of the turn from the last guard, else the last transcript, else the snapshot', () => {
    const text = (priorOutputs: Record<string, StageOutput>): [string, string] => {
      const inputs = createStageInputs({ snapshot, priorOutputs });
      return [inputs.userText, inputs.rawUserText];
    };
    expect(text({})).toEqual(['typed', 'typed']);
    expect(text({ stt: StageOutput.ok({ transcript: 'spoken' }) })).toEqual(['spoken', 'spoken']);
    expect(text({ stt: StageOutput.ok({ transcript: 'spoken' }), guard: StageOutput.ok({ transformedContent: 'masked' }) })).toEqual(['masked', 'spoken']);
    expect(createStageInputs(new ContextSnapshot()).userText).toBe('');
  });

  it('gives prior outputs by name, and takes a map or the snapshot first', () => {
    expect(Object.keys(routed().priorOutputs)).toEqual(['router', 'other']);
    const ports = createAudioPorts({});
    expect(createStageInputs(snapshot, { ports, priorOutputs: new Map([['a', StageOutput.ok({ x: 1 })]]) }).getFrom('a', 'x')).toBe(1);
    expect(createStageInputs(snapshot, { ports }).ports).toBe(ports);
  });

  it('refuses unknown options, a missing snapshot, and outputs that are none', () => {
    expect(() => createStageInputs({ snapshot, deps: [] } as never)).toThrow(InvalidOptionError);
    expect(() => createStageInputs({} as never)).toThrow(InvalidOptionError);
    expect(() => createStageInputs({ snapshot, priorOutputs: { a: { x: 1 } } as never })).toThrow(InvalidOptionError);
  });
});

describe('ports', () => {
  const stt = { transcribe: async () => ({}) as never };
  const tts = { synthesize: async () => new Uint8Array(), stream: async function* () {} };

  it('are frozen, all optional, and refuse unknown fields', () => {
    expect([Object.isFrozen(createCorePorts()), createLLMPorts({}).llmProvider, createCorePorts({ db: 1 }).db]).toEqual([true, undefined, 1]);
    for (const make of [() => createAudioPorts({ stt } as never), () => createLLMPorts({ llm: 1 } as never), () => createCorePorts({ sendstatus: 1 } as never)]) expect(make).toThrow(InvalidOptionError);
  });

  it('take the voice guide’s names, the canonical name wins, and both can be read', () => {
    const ports = createAudioPorts({ sttClient: stt, ttsClient: tts as never, audioCallback: () => undefined });
    expect([ports.sttProvider, ports.sttClient, ports.ttsProvider, ports.ttsClient]).toEqual([stt, stt, tts, tts]);
    expect(ports.audioCallback).toBe(ports.sendAudioChunk);
    const other = { transcribe: async () => ({}) as never };
    expect(createAudioPorts({ sttClient: stt, sttProvider: other }).sttClient).toBe(other);
  });

  it('merge into one object that is an instance of all of them', () => {
    const merged = mergePorts(createCorePorts({ db: 'db' }), createLLMPorts({ sendToken: () => undefined }), createAudioPorts({ sttProvider: stt }));
    expect([merged instanceof CorePorts, merged instanceof LLMPorts, merged instanceof AudioPorts, Object.isFrozen(merged)]).toEqual([true, true, true, true]);
    expect([merged.db, typeof merged.sendToken, merged.sttClient]).toEqual(['db', 'function', stt]);
    expect([mergePorts(createCorePorts()) instanceof AudioPorts, createCorePorts() instanceof LLMPorts, ({}) instanceof CorePorts, (null as unknown) instanceof CorePorts]).toEqual([false, false, false, false]);
  });
});
