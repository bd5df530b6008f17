// Matrix products and the Adam step of the trainer, as WebAssembly: the training of the acoustic
// model is a minute of this instead of an hour of plain JavaScript.

export function reserve(bytes: i32): usize {
  return heap.alloc(bytes);
}

/** C[m][n] = (add ? C : 0) + Σk A(m,k)·B[k][n]; A(m,k) lies at a + m·aRow + k·aStep floats. n is a multiple of 8, m of 4. */
export function product(a: usize, aRow: i32, aStep: i32, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  const rowBytes = <usize>aRow << 2;
  const stepBytes = <usize>aStep << 2;
  const width = <usize>n << 2;
  for (let i = 0; i < m; i += 4) {
    for (let j = 0; j < n; j += 8) {
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      let from = a + <usize>i * rowBytes;
      let row = b + (<usize>j << 2);
      for (let t = 0; t < k; t++) {
        const b0 = v128.load(row);
        const b1 = v128.load(row, 16);
        let x = v128.load_splat<f32>(from);
        s00 = f32x4.add(s00, f32x4.mul(x, b0)); s01 = f32x4.add(s01, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(from + rowBytes);
        s10 = f32x4.add(s10, f32x4.mul(x, b0)); s11 = f32x4.add(s11, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(from + 2 * rowBytes);
        s20 = f32x4.add(s20, f32x4.mul(x, b0)); s21 = f32x4.add(s21, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(from + 3 * rowBytes);
        s30 = f32x4.add(s30, f32x4.mul(x, b0)); s31 = f32x4.add(s31, f32x4.mul(x, b1));
        from += stepBytes;
        row += width;
      }
      const out = c + <usize>i * width + (<usize>j << 2);
      v128.store(out, s00); v128.store(out, s01, 16);
      v128.store(out + width, s10); v128.store(out + width, s11, 16);
      v128.store(out + 2 * width, s20); v128.store(out + 2 * width, s21, 16);
      v128.store(out + 3 * width, s30); v128.store(out + 3 * width, s31, 16);
    }
  }
}

/** Adds a row of biases to each row, and rectifies. */
export function activate(c: usize, bias: usize, m: i32, n: i32, rectify: i32): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = c + ((i * n + j) << 2);
      const value = load<f32>(at) + load<f32>(bias + (j << 2));
      store<f32>(at, rectify && value < 0 ? 0 : value);
    }
  }
}

/** Replaces scores by (softmax − target)/m; returns the summed cross entropy. `right` counts hits. */
export let right: i32 = 0;
export function crossEntropy(c: usize, labels: usize, m: i32, n: i32, smooth: f32): f64 {
  let loss: f64 = 0;
  right = 0;
  for (let i = 0; i < m; i++) {
    const row = c + ((i * n) << 2);
    const label = load<i32>(labels + (i << 2));
    let top: f32 = -1e30;
    let best = 0;
    for (let j = 0; j < n; j++) {
      const value = load<f32>(row + (j << 2));
      if (value > top) { top = value; best = j; }
    }
    if (best == label) right++;
    let sum: f32 = 0;
    for (let j = 0; j < n; j++) sum += Mathf.exp(load<f32>(row + (j << 2)) - top);
    loss += Math.log(<f64>sum) - <f64>(load<f32>(row + (label << 2)) - top);
    for (let j = 0; j < n; j++) {
      const at = row + (j << 2);
      store<f32>(at, (Mathf.exp(load<f32>(at) - top) / sum - smooth / <f32>n - (j == label ? <f32>1 - smooth : 0)) / <f32>m);
    }
  }
  return loss;
}

/** Gradient through the rectifier: zero where the activation was zero. */
export function gate(gradient: usize, activation: usize, count: i32): void {
  for (let i = 0; i < count; i++) if (load<f32>(activation + (i << 2)) <= 0) store<f32>(gradient + (i << 2), 0);
}

export function sumRows(c: usize, m: i32, n: i32, out: usize): void {
  for (let j = 0; j < n; j++) store<f32>(out + (j << 2), 0);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) store<f32>(out + (j << 2), load<f32>(out + (j << 2)) + load<f32>(c + ((i * n + j) << 2)));
}

export function transpose(a: usize, m: i32, n: i32, out: usize): void {
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) store<f32>(out + ((j * m + i) << 2), load<f32>(a + ((i * n + j) << 2)));
}

/** Adam (Kingma & Ba 2015) with decoupled weight decay. */
export function adam(w: usize, g: usize, m1: usize, m2: usize, count: i32, rate: f32, decay: f32, step: i32): void {
  const c1 = <f32>(1.0 / (1.0 - Math.pow(0.9, step)));
  const c2 = <f32>(1.0 / (1.0 - Math.pow(0.999, step)));
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2;
    const x = load<f32>(g + at);
    const a = <f32>0.9 * load<f32>(m1 + at) + <f32>0.1 * x;
    const b = <f32>0.999 * load<f32>(m2 + at) + <f32>0.001 * x * x;
    store<f32>(m1 + at, a);
    store<f32>(m2 + at, b);
    const old = load<f32>(w + at);
    store<f32>(w + at, old - rate * ((a * c1) / (sqrt<f32>(b * c2) + <f32>1e-8) + decay * old));
  }
}
