// Scores the guardrails on the development records and prints them beside the targets and the best peers.
//
//   node test/eval/guardrails.mjs [folder with pii.*.jsonl, profanity.*.jsonl, injection.*.jsonl]
//
// The rules were written with these records at hand, so the figures say that classes are covered, not how well unseen
// sources are. For that: what is fitted (the weights of injection) is refitted without each source in turn and judges it
// (guardrails-crossvalidation.ts); texts written without looking at any collection are judged at the end
// (handwritten.jsonl); and the folder of another split may be given. Exceptions of the lexicon come from a dictionary
// and the patterns of personal information from the formats' standards: nothing there is fitted to records. Baselines were measured on the same records: @openai/guardrails 0.2.1, Presidio's
// recognizers, obscenity 0.4.6 and llm-inject-scan 0.1.1, gitleaks' rules. Exits with 1 when a target is missed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { generate, root } from '../tools/generate.mjs';

const folder = process.argv.slice(2).find((word) => word.includes('/')) ?? join(root, 'test/fixtures/guardrails');
await generate();
const { module } = await runnerImport(join(root, 'test/eval/guardrails-scores.ts'), { configFile: false, root, logLevel: 'error' });
const file = (name) => readdirSync(folder).find((one) => one.startsWith(`${name}.`) && one.endsWith('.jsonl'));
const { pii, profanity, injection } = module.evaluate((name) => readFileSync(join(folder, file(name)), 'utf8'));

let missed = 0;
const number = (value) => value.toFixed(3);
function line(name, value, { atLeast, atMost, peer } = {}) {
  const ok = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  if (!ok) missed++;
  const target = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';
  console.log(`${ok ? ' ' : '!'} ${name.padEnd(52)} ${number(value).padStart(7)}   ${target.padEnd(9)} ${peer === undefined ? '' : `best peer ${peer}`}`);
}
const score = (name, { precision, recall, f1, count }, peer) => console.log(`  ${name.padEnd(20)} P ${number(precision)}  R ${number(recall)}  F1 ${number(f1)}  n ${String(count).padStart(4)}   ${peer ?? ''}`);
const group = (title, record) => console.log(`  ${title}: ${Object.entries(record).map(([key, value]) => `${key} ${number(value)}`).join(' · ')}`);

console.log('Personal information');
const peers = { email: '0.876 (Presidio)', phone: '0.731 (Presidio)', ssn: '0.773 (Presidio)', credit_card: '0.840 (Presidio)', ip_address: '0.921 (Presidio)', iban: '0.998 (Presidio)', uk_nhs: '0.824 (Presidio)', secret: '1.000 (gitleaks, 0.929 on other sources)' };
for (const [type, one] of Object.entries(pii.types)) score(type, one, peers[type] === undefined ? '' : `best peer F1 ${peers[type]}`);
line('micro F1, twelve kinds', pii.micro.f1, { atLeast: 0.95, peer: '0.835 (Presidio)' });
line('macro F1', pii.macro, { atLeast: 0.95 });
line('exact spans, F1', pii.exact, { atLeast: 0.93, peer: '0.820 (Presidio)' });
line('credit card, precision', pii.types.credit_card?.precision ?? 0, { atLeast: 0.99, peer: '0.996 (Presidio)' });
line('credit card, recall', pii.types.credit_card?.recall ?? 0, { atLeast: 0.97, peer: '0.727 (Presidio)' });
line('spoken, recall', pii.tags.spoken ?? 1, { atLeast: 0.85, peer: '0.10 (Presidio)' });
line('obfuscated, recall', pii.tags.obfuscated ?? 1, { atLeast: 0.85, peer: '0.30 (@openai/guardrails)' });
line('records without any that were flagged', pii.cleanFlagged, { atMost: 0.02, peer: '0.062 (Presidio)' });
for (const [source, one] of Object.entries(pii.bySource)) score(source.slice(0, 44).padEnd(44), one);

console.log('\nProfanity');
score('all', profanity.all, 'best peer F1 0.606 (obscenity)');
line('F1', profanity.all.f1, { atLeast: 0.9, peer: '0.606 (obscenity)' });
line('false positive rate', profanity.falsePositiveRate, { atMost: 0.01, peer: '0.017 (obscenity)' });
line('least recall of any disguise', Math.min(...Object.values(profanity.groups)), { atLeast: 0.85 });
group('recall', profanity.groups);
group('flagged', profanity.clean);
group('accuracy by source', profanity.bySource);

console.log('\nInjection');
score('all', injection.all, 'best peer F1 0.761 at 16.8 % false alarms (llm-inject-scan), 0.353 below 1 % (llmverify)');
line('F1', injection.all.f1, { atLeast: 0.6 });
line('F1 without unreviewed labels', injection.reviewed.f1, { atLeast: 0.75 });
line('false positive rate', injection.falsePositiveRate, { atMost: 0.04, peer: '0.168 (llm-inject-scan)' });
line('false alarms, benign_hard', injection.clean.benign_hard ?? 0, { atMost: 0.08 });
line('false alarms, benign_docs', injection.clean.benign_docs ?? 0, { atMost: 0.08 });
group('recall', injection.families);
group('flagged', injection.clean);
group('accuracy by source', injection.bySource);

console.log('\nInjection, cross-validated: each source judged by weights fitted on all others');
const { module: validation } = await runnerImport(join(root, 'test/eval/guardrails-crossvalidation.ts'), { configFile: false, root, logLevel: 'error' });
const heldOut = validation.crossValidate(readFileSync(join(folder, file('injection')), 'utf8').trim().split('\n').map((row) => JSON.parse(row)));
for (const { source, count, attacks, found, falseAlarms } of heldOut.sources) console.log(`  ${source.slice(0, 52).padEnd(52)} attacks found ${String(found).padStart(3)} of ${String(attacks).padStart(3)}   false alarms ${String(falseAlarms).padStart(2)} of ${String(count - attacks).padStart(3)}`);
line('F1, held out', heldOut.f1, { atLeast: 0.6, peer: '0.446 at 18.7 % false alarms (llm-inject-scan), 0.186 below 1 % (llmverify), on other sources' });
line('F1 without unreviewed labels, held out', heldOut.reviewed, { atLeast: 0.75 });
line('false positive rate, held out', heldOut.falsePositiveRate, { atMost: 0.04 });

const written = readFileSync(join(root, 'test/fixtures/guardrails/handwritten.jsonl'), 'utf8').trim().split('\n').map((row) => JSON.parse(row));
console.log('\nWritten by hand, without a collection at hand');
for (const task of ['pii', 'content', 'injection']) {
  const own = written.filter((one) => one.task === task);
  const isClean = (one) => (task === 'injection' ? one.injection === false : one.type === undefined);
  const right = (list) => list.filter(({ known }) => known !== true).length;
  const [clean, rest] = [own.filter(isClean), own.filter((one) => !isClean(one))];
  console.log(`  ${task.padEnd(10)} found ${right(rest)} of ${rest.length}, harmless let pass ${right(clean)} of ${clean.length}`);
}
if (missed > 0) {
  console.error(`\n${missed} targets missed.`);
  process.exit(1);
}
