// The context reference: identity, snapshot, enrichments, what a stage is given, outputs, the pipeline's context.
import { contextFor, equal, hasKeys, SESSION } from './row.js';
import type { Lib, Row } from './row.js';

const IDS = ['pipelineRunId', 'requestId', 'sessionId', 'userId', 'orgId', 'interactionId'];
const ids = Object.fromEntries(IDS.map((name) => [name, SESSION]));
const pipelineContext = (lib: Lib, rest: object = {}): Lib => new lib.PipelineContext({ pipelineRunId: SESSION, requestId: SESSION, sessionId: null, userId: null, orgId: null, interactionId: null, topology: 'chat_fast', ...rest });
const routed = (lib: Lib): Lib => lib.createStageInputs({
  snapshot: new lib.ContextSnapshot({ inputText: 'hi' }),
  priorOutputs: { router: lib.StageOutput.ok({ route: 'fast' }) },
  declaredDeps: ['router'],
  stageName: 'planner',
  strict: true,
});
const throws = (body: () => unknown): true => {
  try {
    body();
  } catch {
    return true;
  }
  throw new Error('did not throw');
};

export const context: readonly Row[] = [
  {
    name: 'RunIdentity', kind: 'class', make: (lib) => new lib.RunIdentity(), options: (lib) => new lib.RunIdentity(ids), members: [...IDS, 'toDict'], statics: ['fromDict'],
    defaults: Object.fromEntries(IDS.map((name) => [name, null])),
    does: { 'is frozen': (lib) => Object.isFrozen(new lib.RunIdentity(ids)) },
  },
  {
    name: 'ContextSnapshot', kind: 'class', make: (lib) => new lib.ContextSnapshot(),
    options: (lib) => [
      new lib.ContextSnapshot({
        runId: new lib.RunIdentity(), conversation: new lib.Conversation(), enrichments: new lib.Enrichments(), extensions: new lib.ExtensionBundle(), inputText: 'hi',
        inputAudioDurationMs: 100, topology: 'chat_fast', executionMode: 'practice', metadata: {}, createdAt: new Date(),
      }),
      new lib.ContextSnapshot({ sessionId: SESSION, inputText: 'hi' }),
    ],
    members: ['runId', 'conversation', 'enrichments', 'extensions', 'inputText', 'inputAudioDurationMs', 'topology', 'executionMode', 'metadata', 'createdAt', ...IDS, 'messages', 'profile', 'memory', 'documents', 'toDict'],
    statics: ['fromDict'], defaults: { inputText: null, inputAudioDurationMs: null, topology: null, executionMode: null, metadata: {}, messages: [], documents: [], profile: null, memory: null },
    does: {
      'stamps its creation': (lib) => new lib.ContextSnapshot().createdAt instanceof Date,
      'comes back from toDict': (lib) => {
        const snapshot = new lib.ContextSnapshot({ runId: new lib.RunIdentity({ sessionId: SESSION }), inputText: 'hello', metadata: { a: 1 } });
        const back = lib.ContextSnapshot.fromDict(JSON.parse(JSON.stringify(snapshot.toDict())));
        return equal(back.toDict(), snapshot.toDict()) && equal([back.sessionId, back.inputText], [SESSION, 'hello']);
      },
    },
  },
  {
    name: 'Conversation', kind: 'class', make: (lib) => new lib.Conversation(), members: ['messages', 'routingDecision', 'inputText', 'inputAudioDurationMs', 'metadata'],
    options: (lib) => new lib.Conversation({ messages: [new lib.Message({ role: 'user', content: 'Hi' })], routingDecision: null, inputText: 'Hi', inputAudioDurationMs: 1, metadata: {} }),
    does: { 'is frozen': (lib) => Object.isFrozen(new lib.Conversation()) },
  },
  {
    name: 'Enrichments', kind: 'class', make: (lib) => new lib.Enrichments(), members: ['profile', 'memory', 'documents', 'webResults'],
    options: (lib) => new lib.Enrichments({ profile: new lib.ProfileEnrichment(), memory: new lib.MemoryEnrichment(), documents: [], webResults: [{ title: 'x' }] }),
  },
  {
    name: 'ProfileEnrichment', kind: 'class', make: (lib) => new lib.ProfileEnrichment(), members: ['userId', 'displayName', 'preferences', 'goals'],
    options: (lib) => new lib.ProfileEnrichment({ userId: SESSION, displayName: 'A', preferences: {}, goals: [] }),
  },
  {
    name: 'MemoryEnrichment', kind: 'class', make: (lib) => new lib.MemoryEnrichment(), members: ['recentTopics', 'keyFacts', 'interactionHistorySummary'],
    options: (lib) => new lib.MemoryEnrichment({ recentTopics: [], keyFacts: [], interactionHistorySummary: 'x' }),
  },
  {
    name: 'DocumentEnrichment', kind: 'class', make: (lib) => new lib.DocumentEnrichment({ documentId: 'd' }), members: ['documentId', 'documentType', 'blocks', 'metadata'],
    options: (lib) => new lib.DocumentEnrichment({ documentId: 'd', documentType: 'note', blocks: [], metadata: {} }),
  },
  { name: 'Message', kind: 'class', make: (lib) => new lib.Message({ role: 'user', content: 'Hello' }), options: (lib) => new lib.Message({ role: 'user', content: 'Hello', metadata: {} }), members: ['role', 'content', 'metadata'] },
  {
    name: 'RoutingDecision', kind: 'class', make: (lib) => new lib.RoutingDecision({ agentId: 'a' }), members: ['agentId', 'pipelineName', 'topology', 'reason'],
    options: (lib) => new lib.RoutingDecision({ agentId: 'a', pipelineName: 'p', topology: 't', reason: 'r' }),
  },
  { name: 'ExtensionBundle', kind: 'class', make: (lib) => new lib.ExtensionBundle(), members: ['get', 'toDict'], statics: ['fromDict'] },
  {
    name: 'StageContext', kind: 'class', make: (lib) => contextFor(lib),
    options: (lib) => {
      const snapshot = new lib.ContextSnapshot();
      return new lib.StageContext({ snapshot, inputs: lib.createStageInputs({ snapshot }), stageName: 'x', timer: new lib.PipelineTimer(), eventSink: new lib.ObservableEventSink() });
    },
    members: ['snapshot', 'inputs', 'stageName', 'timer', 'eventSink', ...IDS, 'executionMode', 'toDict', 'tryEmitEvent', 'emitEvent'],
    does: {
      'emits with correlation ids, also detached': (lib) => {
        const sink = new lib.ObservableEventSink();
        const { tryEmitEvent } = contextFor(lib, { eventSink: sink });
        tryEmitEvent('my_stage.processed', { route: 'general' });
        const [event] = sink.getEvents();
        return equal([event.type, event.data.route], ['my_stage.processed', 'general']) && hasKeys(event.data, 'session_id');
      },
    },
  },
  { name: 'createStageContext', kind: 'function', options: (lib) => lib.createStageContext({ snapshot: new lib.ContextSnapshot({ sessionId: SESSION, inputText: 'hi' }) }) },
  { name: 'Stage', kind: 'type' },
  { name: 'EventSink', kind: 'type' },
  { name: 'PipelineTimer', kind: 'class', make: (lib) => new lib.PipelineTimer(), members: ['nowMs', 'elapsedMs', 'pipelineStartMs', 'startedAt'] },
  {
    name: 'StageOutput', kind: 'constants',
    does: {
      'ok carries data': (lib) => equal([lib.StageOutput.ok({ result: 'processed' }).status, lib.StageOutput.ok({ result: 'processed' }).data.result], ['ok', 'processed']),
      'skip gives its reason': (lib) => equal([lib.StageOutput.skip('No audio input').status, lib.StageOutput.skip('No audio input').data.reason], ['skip', 'No audio input']),
      'fail gives its error': (lib) => equal(lib.StageOutput.fail('AudioPorts required').status, 'fail') && lib.StageOutput.fail('AudioPorts required').error != null,
      'cancel and retry': (lib) => equal([lib.StageOutput.cancel('x').status, lib.StageOutput.retry('x').status], ['cancel', 'retry']),
    },
  },
  {
    name: 'StageInputs', kind: 'class', make: (lib) => routed(lib), members: ['snapshot', 'priorOutputs', 'ports', 'declaredDeps', 'stageName', 'strict', 'get', 'getFrom', 'hasOutput', 'getOutput', 'requireFrom'],
    options: (lib) => new lib.StageInputs({ snapshot: new lib.ContextSnapshot(), priorOutputs: {}, ports: null, declaredDeps: new Set(), stageName: null, strict: true }),
    does: {
      'is strict by default': (lib) => equal(new lib.StageInputs({ snapshot: new lib.ContextSnapshot() }).strict, true),
      'get searches, getFrom asks a stage, with defaults': (lib) => equal([routed(lib).get('route'), routed(lib).get('nothing', 1), routed(lib).getFrom('router', 'route', 'general'), routed(lib).getFrom('router', 'nothing', 'general')], ['fast', 1, 'fast', 'general']),
      'hasOutput and getOutput': (lib) => equal([routed(lib).hasOutput('router'), routed(lib).getOutput('router').data], [true, { route: 'fast' }]),
      'requireFrom throws for a missing key': (lib) => equal(routed(lib).requireFrom('router', 'route'), 'fast') && throws(() => routed(lib).requireFrom('router', 'nothing')),
      'refuses an undeclared dependency': (lib) => throws(() => routed(lib).getFrom('llm', 'response')),
    },
  },
  { name: 'createStageInputs', kind: 'function', options: (lib) => [routed(lib), lib.createStageInputs(new lib.ContextSnapshot(), { ports: lib.createAudioPorts({}) })] },
  { name: 'CorePorts', kind: 'class', make: (lib) => new lib.CorePorts({ sendStatus: () => {} }), members: ['sendStatus'] },
  { name: 'LLMPorts', kind: 'class', make: (lib) => new lib.LLMPorts({}) },
  {
    name: 'OutputBag', kind: 'class', make: (lib) => new lib.OutputBag(), members: ['write', 'writeSync', 'get', 'getOutput', 'has', 'outputs', 'getAttemptCount', 'getRetryStages'],
    does: {
      'counts attempts and names what was tried again': async (lib) => {
        const bag = new lib.OutputBag();
        await bag.write('uppercase', lib.StageOutput.ok({ text: 'HELLO' }));
        bag.writeSync('uppercase', lib.StageOutput.ok({ text: 'AGAIN' }), { allowOverwrite: true });
        equal([bag.has('uppercase'), bag.getOutput('uppercase').data, bag.getAttemptCount('uppercase')], [true, { text: 'AGAIN' }, 2]);
        equal([...bag.getRetryStages()], ['uppercase']);
        return hasKeys(bag.get('uppercase'), 'output', 'attempt', 'timestamp', 'stageName') && bag.outputs() !== undefined;
      },
      'refuses to overwrite by default': async (lib) => {
        const bag = new lib.OutputBag();
        bag.writeSync('a', lib.StageOutput.ok({}));
        return bag.write('a', lib.StageOutput.ok({})).then(() => { throw new Error('resolved'); }, (error: unknown) => error instanceof lib.OutputConflictError);
      },
    },
  },
  { name: 'OutputEntry', kind: 'type' },
  { name: 'OutputConflictError', kind: 'class' },
  {
    name: 'PipelineContext', kind: 'class', make: (lib) => pipelineContext(lib),
    options: (lib) => pipelineContext(lib, { executionMode: 'practice', configuration: {}, eventSink: new lib.ObservableEventSink(), parentRunId: SESSION, parentStageId: 'turns', correlationId: SESSION }),
    members: [...IDS, 'topology', 'executionMode', 'configuration', 'eventSink', 'artifacts', 'canceled', 'parentRunId', 'parentStageId', 'correlationId', 'data', 'deriveForStage', 'fork', 'recordStageEvent', 'tryEmitEvent', 'markCanceled', 'isCanceled'],
    does: {
      'derives a stage context from a bag': async (lib) => {
        const bag = new lib.OutputBag();
        await bag.write('uppercase', lib.StageOutput.ok({ text: 'HELLO' }));
        const ctx = pipelineContext(lib).deriveForStage({ stageName: 'exclaim', snapshot: new lib.ContextSnapshot({ inputText: 'hello' }), outputBag: bag, declaredDeps: ['uppercase'], ports: null, strict: true });
        return equal([ctx.stageName, ctx.inputs.getFrom('uppercase', 'text')], ['exclaim', 'HELLO']);
      },
      'forks a child': (lib) => {
        const child = pipelineContext(lib).fork({ childRunId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', parentStageId: 'turns', correlationId: SESSION, topology: 'turn', executionMode: 'practice' });
        return equal([child.pipelineRunId, child.parentRunId, child.parentStageId, child.topology], ['6ba7b810-9dad-41d1-80b4-00c04fd430c8', SESSION, 'turns', 'turn']);
      },
      'marks itself canceled': (lib) => {
        const ctx = pipelineContext(lib);
        ctx.markCanceled();
        return equal([ctx.canceled, typeof ctx.isCanceled === 'function' ? ctx.isCanceled() : ctx.isCanceled], [true, true]);
      },
      'records stage.<name>.<status>': (lib) => {
        const eventSink = new lib.ObservableEventSink();
        pipelineContext(lib, { eventSink }).recordStageEvent('llm', 'completed', { duration_ms: 1 });
        return equal(eventSink.getEvents().map((event: Lib) => event.type), ['stage.llm.completed']);
      },
    },
  },
  { name: 'StageArtifact', kind: 'class', make: (lib) => new lib.StageArtifact({ type: 'card', payload: {} }), members: ['type', 'payload', 'timestamp'] },
];
