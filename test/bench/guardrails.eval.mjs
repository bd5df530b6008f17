// `npm run eval -- guardrails`: the scores of test/eval/guardrails.mjs.
import '../eval/guardrails.mjs';
