// The page of guards-browser.bench.mjs. Chromium's clock is coarse, so every sample is a batch of at least 20 ms.
import { chat, noise, sets } from '/bench/scan-sets.mjs';

const SAMPLE_MS = 20;

/** Time of one call in µs, once warm; a sample is made of as many calls as fill its time, also when the engine gets faster later. */
function sampler(run) {
  let calls = 1;
  const sample = () => {
    for (;;) {
      const from = performance.now();
      for (let n = 0; n < calls; n += 1) run();
      const ms = performance.now() - from;
      if (ms >= SAMPLE_MS) return (ms * 1000) / calls;
      calls = Math.max(calls + 1, Math.ceil((calls * SAMPLE_MS * 1.2) / Math.max(ms, SAMPLE_MS / 10)));
    }
  };
  for (const until = performance.now() + 300; performance.now() < until; ) sample();
  return sample;
}

/** Samples of the scanner and of one RegExp per pattern by turns: pairs in µs per text. */
window.compareScan = async (set, size, rounds) => {
  const { createScanner } = await import('/dist/guardrails/scanner.js');
  const rules = sets[set];
  const text = size === 200 ? chat(200, 11, false) : chat(size, 9);
  const scanner = createScanner(rules);
  const compiled = rules.map(({ pattern, flags }) => new RegExp(pattern, `${flags}g`));
  let found = 0;
  const ours = sampler(() => (found += scanner.scan(text).length));
  const theirs = sampler(() => {
    for (const expression of compiled) for (const match of text.matchAll(expression)) found += match.index;
  });
  const pairs = Array.from({ length: rounds }, (_, n) => {
    if (n % 2 === 0) return [ours(), theirs()];
    const theirFirst = theirs();
    return [ours(), theirFirst];
  });
  scanner.close();
  return pairs;
};

/** The slowest scan of hostile texts of 64 KB by scanners that have read nothing, in ms. */
window.worstScan = async () => {
  const { createScanner } = await import('/dist/guardrails/scanner.js');
  const N = 65_536;
  const texts = [noise('0123456789abcdef', N, 1), noise('0123456789-. ', N, 3), '1.'.repeat(N / 2), `x@${'a.'.repeat(N / 2 - 1)}`, 'as trusted friend '.repeat(N / 18), 'ignore all previous rules prompt '.repeat(N / 33)];
  let worst = 0;
  for (const rules of Object.values(sets)) {
    for (const text of texts) {
      const scanner = createScanner(rules);
      const from = performance.now();
      scanner.scan(text);
      worst = Math.max(worst, performance.now() - from);
      scanner.close();
    }
  }
  return worst;
};

const checksOf = async () => {
  const { ContentFilter, InjectionDetector, PIIDetector, StreamGuard } = await import('/dist/guardrails.js');
  return { checks: [new PIIDetector(), new ContentFilter(), new InjectionDetector()], StreamGuard };
};

/** Time in ms of the first check of a page that has imported the library, and checked nothing. */
window.firstCheck = async (utterance) => {
  const { checks } = await checksOf();
  const from = performance.now();
  checks[0].check(utterance);
  return performance.now() - from;
};

/** Samples of one utterance through all checks, in µs. */
window.checkUtterance = async (utterance, rounds) => {
  const { checks } = await checksOf();
  const sample = sampler(() => checks.forEach((check) => check.check(utterance)));
  return Array.from({ length: rounds }, sample);
};

/** Samples of a token through the guard of a stream with all checks, in µs. */
window.guardTokens = async (answer, rounds) => {
  const { checks, StreamGuard } = await checksOf();
  const tokens = answer.match(/\s*\S{1,5}/g) ?? [];
  const sample = sampler(() => {
    const guard = new StreamGuard({ checks });
    for (const token of tokens) guard.push(token);
    guard.flush();
  });
  return Array.from({ length: rounds }, () => sample() / tokens.length);
};

window.benchReady = true;
