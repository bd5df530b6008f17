// The built-in checks on short texts: one utterance through all of them, and a model's tokens through the guard of a
// stream. Texts and figures of peers: guardrails.eval.mjs scores what they find.
import { compare, spread } from './harness.mjs';

const utterance = 'can you tell me what the weather is going to be like in chicago tomorrow afternoon because i need to plan my trip there';
const answer = 'Sure! The weather in Chicago will be mild tomorrow afternoon, around eighteen degrees, with a light breeze from the lake. Take a jacket, and call the front desk if you need anything else. '.repeat(6);
const tokens = answer.match(/\s*\S{1,5}/g) ?? [];
const library = () => import('../../dist/guardrails.js');

const all = async () => {
  const { ContentFilter, InjectionDetector, PIIDetector } = await library();
  return [new PIIDetector(), new ContentFilter(), new InjectionDetector()];
};

// The expressions of the seeds' own detectors, one RegExp each, as V8 runs them.
const seeds = [
  /\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Z|a-z]{2,}\b/g, /\b(?:\+?1[-.\s]?)?\(?\d{3}\)?[-.\s]?\d{3}[-.\s]?\d{4}\b/g, /\b\d{3}[-\s]?\d{2}[-\s]?\d{4}\b/g, /\b(?:\d{4}[-.\s]?){3}\d{4}\b/g, /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  /ignore\s+(all\s+)?previous\s+instructions/i, /disregard\s+(all\s+)?previous/i, /you\s+are\s+now\s+a/i, /new\s+instructions:/i, /\[system\]/i, /pretend\s+(you\s+are|to\s+be)/i,
];

await compare(import.meta.url, {
  title: 'a 120-character utterance through all built-in checks',
  unit: 'utterance',
  candidates: {
    sluice: async () => {
      const checks = await all();
      return () => checks.map((check) => check.check(utterance).passed);
    },
    'the seeds’ eleven expressions': async () => () => seeds.map((expression) => utterance.match(expression)),
  },
});

{
  const { StreamGuard } = await library();
  const checks = await all();
  const times = [];
  for (let round = 0; round < 40; round++) {
    const guard = new StreamGuard({ checks });
    const start = performance.now();
    for (const token of tokens) guard.push(token);
    guard.flush();
    times.push(((performance.now() - start) * 1000) / tokens.length);
  }
  await spread({ title: 'a token through the stream guard, all checks', values: times.slice(10), unit: 'µs', atMost: { p50: 25 } });

  const single = [];
  for (let round = 0; round < 3000; round++) {
    const start = performance.now();
    for (const check of checks) check.check(utterance);
    single.push((performance.now() - start) * 1000);
  }
  await spread({ title: 'the utterance, each check scanning for itself', values: single.slice(1000), unit: 'µs', atMost: { p50: 40 } });
}
