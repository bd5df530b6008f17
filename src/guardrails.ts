/** Guardrails: checks of text, the stage, the guard for streams, and the scanner below them. */
export { GuardrailStage, GuardrailCheckError, type GuardrailStageOptions, type GuardrailStageInit, type GuardrailData } from './guardrails/guardrail-stage.js';
export { GuardrailConfig, type GuardrailConfigInit } from './guardrails/config.js';
export { isRuleCheck, type GuardrailCheck, type RuleCheck, type CheckOptions } from './guardrails/check.js';
export { GuardrailResult, type GuardrailResultInit } from './guardrails/result.js';
export { PolicyViolation, ViolationType, type PolicyViolationInit, type Location } from './guardrails/violation.js';
export { PIIDetector, type PIIDetectorOptions } from './guardrails/pii-detector.js';
export type { PiiType, PiiKind } from './guardrails/pii-type.js';
export { ContentFilter, type ContentFilterOptions } from './guardrails/content-filter.js';
export { InjectionDetector, type InjectionDetectorOptions } from './guardrails/injection-detector.js';
export { ContentLengthCheck, type ContentLengthCheckOptions } from './guardrails/content-length-check.js';
export { StreamGuard, type StreamGuardOptions, type StreamGuardStep, type StreamAction } from './guardrails/stream-guard.js';
export type { Rule, ScanRule, MaskStyle } from './guardrails/rule.js';
export { createScanner, type Scanner, type ScannerOptions, type ScanAsyncOptions, type Placement } from './guardrails/scanner.js';
export type { Match } from './guardrails/match.js';
export type { ScanStream, ScanStep } from './guardrails/scan-stream.js';
export type { FarScanner } from './guardrails/far-scanner.js';
