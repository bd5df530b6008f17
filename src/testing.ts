/** For tests: mocks, a clock that stands still, virtual devices, builders, and the contract that every memory store must pass. */
export { ManualClock, RunawayTimersError, type ManualClockOptions } from './testing/manual-clock.js';
export { VirtualMicrophone } from './testing/virtual-microphone.js';
export { VirtualSpeaker, type VirtualSpeakerOptions } from './testing/virtual-speaker.js';
export { MockLLMProvider, type MockLLMProviderOptions, type MockLLMCall } from './testing/mock-llm-provider.js';
export { MockSTTProvider, audioHash, type MockSTTProviderOptions, type MockSTTCall } from './testing/mock-stt-provider.js';
export { MockTTSProvider, type MockTTSProviderOptions, type MockTTSCall, type MockTTSStreamOptions } from './testing/mock-tts-provider.js';
export { MockAuthProvider, type MockAuthProviderOptions, type MockAuthCall } from './testing/mock-auth-provider.js';
export { MockToolExecutor, type MockToolExecutorOptions, type MockToolCall, type MockToolResult, type MockToolBehaviour } from './testing/mock-tool-executor.js';
export { MockFailure, type MockOptions } from './testing/mock-behaviour.js';
export { createTestSnapshot, createTestStageContext, createTestPipelineContext, sequentialIds, type TestSnapshotInit, type TestStageContextInit } from './testing/builders.js';
export { memoryStoreContract, type MemoryStoreContractOptions } from './testing/memory-store-contract.js';
export { idempotencyStoreContract, checkpointStoreContract } from './testing/run-store-contracts.js';
export { ContractError, type ContractCase } from './testing/contract.js';
