// A feed-forward network with rectifiers, trained by Adam on frames; all arithmetic in mlp.as.ts.
import { main } from 'assemblyscript/asc';
import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../generate.mjs';

const BATCH = 256;

export async function createMlp(sizes, random) {
  const folder = join(root, 'node_modules/.cache/sluice');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'mlp.wasm');
  const { error, stderr } = await main(['test/tools/train-commands/mlp.as.ts', '--baseDir', root, '--outFile', file, '--runtime', 'stub', '--enable', 'simd', '-Ospeed', '--noAssert', '--use', 'abort=', '--initialMemory', '1']);
  if (error) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(readFileSync(file));
  const k = instance.exports;
  const floats = (count) => { const at = k.reserve(count * 4); return { at, count, view: () => new Float32Array(k.memory.buffer, at, count) }; };
  const layers = [];
  for (let n = 0; n + 1 < sizes.length; n++) {
    const [inputs, outputs] = [sizes[n], sizes[n + 1]];
    const parameters = (count) => ({ w: floats(count), g: floats(count), m1: floats(count), m2: floats(count) });
    const layer = { inputs, outputs, weight: parameters(inputs * outputs), bias: parameters(outputs), turned: floats(inputs * outputs), act: floats(BATCH * outputs), grad: floats(BATCH * outputs) };
    const w = layer.weight.w.view();
    const scale = Math.sqrt(2 / inputs);
    for (let i = 0; i < w.length; i++) w[i] = scale * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    layers.push(layer);
  }
  const input = floats(BATCH * sizes[0]);
  const labels = k.reserve(BATCH * 4);
  let step = 0;

  function forward(rows) {
    let from = input;
    layers.forEach((layer, n) => {
      k.product(from.at, layer.inputs, 1, layer.weight.w.at, layer.act.at, rows, layer.outputs, layer.inputs);
      k.activate(layer.act.at, layer.bias.w.at, rows, layer.outputs, n + 1 < layers.length ? 1 : 0);
      from = layer.act;
    });
    return from;
  }

  return {
    batch: BATCH,
    /** The rows to fill: BATCH × inputs values, and BATCH labels. */
    input: () => input.view(),
    labels: () => new Int32Array(k.memory.buffer, labels, BATCH),
    train(rate, decay, smooth) {
      const out = forward(BATCH);
      const last = layers.at(-1);
      const loss = k.crossEntropy(out.at, labels, BATCH, last.outputs, smooth);
      last.grad.view().set(out.view());
      step++;
      for (let n = layers.length - 1; n >= 0; n--) {
        const layer = layers[n];
        const below = n === 0 ? input : layers[n - 1].act;
        if (n > 0) {
          k.transpose(layer.weight.w.at, layer.inputs, layer.outputs, layer.turned.at);
          k.product(layer.grad.at, layer.outputs, 1, layer.turned.at, layers[n - 1].grad.at, BATCH, layer.inputs, layer.outputs);
          k.gate(layers[n - 1].grad.at, below.at, BATCH * layer.inputs);
        }
        k.product(below.at, 1, layer.inputs, layer.grad.at, layer.weight.g.at, layer.inputs, layer.outputs, BATCH);
        k.sumRows(layer.grad.at, BATCH, layer.outputs, layer.bias.g.at);
        for (const [p, d] of [[layer.weight, decay], [layer.bias, 0]]) k.adam(p.w.at, p.g.at, p.m1.at, p.m2.at, p.w.count, rate, d, step);
      }
      return { loss: loss / BATCH, right: k.right.value / BATCH };
    },
    /** Scores of the filled rows: a view of BATCH × outputs, valid until the next call. */
    scores: () => forward(BATCH).view(),
    layers: () => layers.map((layer) => ({ inputs: layer.inputs, outputs: layer.outputs, weight: Float32Array.from(layer.weight.w.view()), bias: Float32Array.from(layer.bias.w.view()) })),
  };
}
