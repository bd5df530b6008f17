// The scanner beside V8's own regular expressions (one RegExp per pattern, without u: its fastest form),
// RE2 native (node-re2's Set, which gives no spans), re2js (its Set, no spans) and re2-wasm. One operation
// is one text. Cold figures are taken in fresh processes.
import { spawnSync } from 'node:child_process';
import { compare, figure, median } from './harness.mjs';
import { chat, noise, seeded, sets } from './scan-sets.mjs';

const dist = process.env.SLUICE_DIST ?? new URL('../../dist/', import.meta.url).href;
const child = process.env.SLUICE_BENCH_CANDIDATE !== undefined;
const scannerOf = async (rules, options) => (await import(`${dist}guardrails/scanner.js`)).createScanner(rules, options);

const message = chat(200, 11, false);
const long = chat(100_000, 9);
const texts = { '200 B': message, '100 KB': long };
const atLeast = { '200 B': { g18: 5, g100: 30, g500: 150 }, '100 KB': { g18: 16, g100: 60, g500: 300 } };
const atMostNs = { g18: 400, g100: 500, g500: 600 };

for (const [size, text] of Object.entries(texts)) {
  for (const [name, rules] of Object.entries(sets)) {
    await compare(import.meta.url, {
      title: `scan ${size}, ${name} (${rules.length} patterns)`,
      unit: 'text',
      rounds: name === 'g500' ? 7 : 15,
      candidates: {
        sluice: async () => {
          const scanner = await scannerOf(rules);
          return () => scanner.scan(text).length;
        },
        v8: async () => {
          const compiled = rules.map(({ pattern, flags }) => new RegExp(pattern, `${flags}g`));
          return () => {
            let found = 0;
            for (const expression of compiled) for (const match of text.matchAll(expression)) found += match.index;
            return found;
          };
        },
        're2 Set': async () => {
          const { default: RE2 } = await import('re2');
          const set = new RE2.Set(rules.map(({ pattern }) => pattern), 'i');
          return () => set.match(text).length;
        },
        're2js Set': async () => {
          const { RE2JS, RE2Set } = await import('re2js');
          const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE);
          for (const { pattern } of rules) set.add(pattern);
          set.compile();
          return () => set.match(text).length;
        },
        ...(size === '200 B' && name !== 'g500'
          ? {
              're2-wasm': async () => {
                const { RE2 } = await import('re2-wasm');
                const compiled = rules.map(({ pattern, flags }) => new RE2(pattern, `${flags}gu`));
                return () => {
                  let found = 0;
                  for (const expression of compiled) {
                    expression.lastIndex = 0;
                    while (expression.exec(text) !== null) found += 1;
                  }
                  return found;
                };
              },
            }
          : {}),
      },
      bars: [
        { of: 'v8', over: 'sluice', atLeast: atLeast[size][name] },
        { of: 're2 Set', over: 'sluice', atLeast: 1.5 },
        { of: 're2js Set', over: 'sluice', atLeast: 2.5 },
        ...(size === '200 B' && name !== 'g500' ? [{ of: 're2-wasm', over: 'sluice', atLeast: 200 }] : []),
      ],
    });
  }
}

/** Median of `run`'s time in ns, over `count` samples of `repeat` calls. */
function timed(run, repeat, count = 25) {
  for (let n = 0; n < repeat * 3; n += 1) run();
  const samples = Array.from({ length: count }, () => {
    const from = performance.now();
    for (let n = 0; n < repeat; n += 1) run();
    return ((performance.now() - from) / repeat) * 1e6;
  });
  return median(samples);
}

const COLD = `
  const { sets, chat } = await import(process.env.SETS);
  const { createScanner } = await import(process.env.SCANNER);
  const { readFileSync, writeFileSync } = await import('node:fs');
  const rules = sets.g100, message = chat(200, 11, false), file = process.env.BLOB;
  const blob = process.env.MODE === 'blob' ? new Uint8Array(readFileSync(file)) : undefined;
  const from = performance.now();
  const scanner = createScanner(rules, blob === undefined ? {} : { blob });
  scanner.scan(message);
  console.log(performance.now() - from);
  if (blob === undefined) writeFileSync(file, scanner.toBlob());
`;

if (!child) {
  for (const [name, rules] of Object.entries(sets)) {
    const scanner = await scannerOf(rules);
    await figure({ title: `one 200-byte message without a hit, ${name}`, value: Math.round(timed(() => scanner.scan(message), 20_000)), unit: 'ns', atMost: atMostNs[name] });
  }

  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-scan-'));
  const cold = (mode) => {
    const env = { ...process.env, MODE: mode, SETS: new URL('./scan-sets.mjs', import.meta.url).href, SCANNER: `${dist}guardrails/scanner.js`, BLOB: join(folder, 'g100.blob') };
    return Number(spawnSync(process.execPath, ['--input-type=module', '-e', COLD], { env, encoding: 'utf8' }).stdout);
  };
  const compiled = Array.from({ length: 9 }, () => cold('compile'));
  const loaded = Array.from({ length: 9 }, () => cold('blob'));
  rmSync(folder, { recursive: true });
  await figure({ title: 'cold: compile g100 and scan one message (median of 9 processes)', value: median(compiled), unit: 'ms', atMost: 10 });
  await figure({ title: 'cold: load g100 from a blob and scan one message (median of 9 processes)', value: median(loaded), unit: 'ms', atMost: 2 });

  const N = 65_536;
  const hostile = {
    hex: noise('0123456789abcdef', N, 1),
    base64: noise('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', N, 2),
    digits: noise('0123456789-. ', N, 3),
    'one dot': '1.'.repeat(N / 2),
    addresses: `x@${'a.'.repeat(N / 2 - 1)}`,
    gaps: 'as trusted friend '.repeat(N / 18),
    plain: 'a'.repeat(N),
    attacks: 'ignore all previous rules prompt '.repeat(N / 33),
    unicode: Array.from({ length: N }, ((random) => () => String.fromCharCode(0x20 + Math.floor(random() * 0x3000)))(seeded(4))).join(''),
  };
  let worst = 0;
  for (const rules of Object.values(sets)) {
    for (const text of Object.values(hostile)) {
      const scanner = await scannerOf(rules);
      const from = performance.now();
      scanner.scan(text);
      worst = Math.max(worst, performance.now() - from);
      scanner.close();
    }
  }
  await figure({ title: 'the slowest of 27 hostile texts of 64 KB, cold table', value: worst, unit: 'ms', atMost: 20 });

  const quadratic = ['.*[^A-Z]|[A-Z]', '(?:A+)+b', '(?:A|AA)+$', 'A.*b|A', '[^\\n]*x|A', '\\w+@\\w+\\.com|\\w', 'A[^b]{0,50}c|.'];
  for (const pattern of quadratic) {
    const scanner = await scannerOf([{ id: 'r', pattern }]);
    const [once, twice] = [30_000, 60_000].map((length) => {
      const text = 'A'.repeat(length);
      return timed(() => scanner.scan(text), 4, 15);
    });
    await figure({ title: `time(2n) / time(n), /${pattern}/ on A…A`, value: twice / once, unit: '×', atMost: 2.3 });
  }

  const tokens = ((random, text) => {
    const list = [];
    for (let at = 0; at < text.length; ) {
      const length = 1 + Math.floor(random() * 7);
      list.push(text.slice(at, at + length));
      at += length;
    }
    return list;
  })(seeded(3), chat(20_000, 4));
  for (const [name, rules] of Object.entries(sets)) {
    const scanner = await scannerOf(rules);
    const ns = timed(() => {
      const stream = scanner.stream();
      for (const token of tokens) stream.update(token);
      stream.finish();
    }, 1) / tokens.length;
    await figure({ title: `one token of a stream, ${name}`, value: Math.round(ns), unit: 'ns', atMost: 1000 });
  }
}
