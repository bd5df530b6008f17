// The formant synthesiser in plain form, one object per resonator. The twin of assembly/speech/formant.ts.

const FRAME = 32;
const STEPS = 5;
const f = Math.fround;

class Resonator {
  a = 0;
  b = 0;
  c = 0;
  y1 = 0;
  y2 = 0;

  tune(hertz: number, width: number, rate: number): void {
    const radius = Math.exp((-Math.PI * width) / rate);
    this.c = -radius * radius;
    this.b = 2 * radius * Math.cos((2 * Math.PI * hertz) / rate);
    this.a = 1 - this.b - this.c;
  }

  filter(x: number): number {
    const y = this.a * x + this.b * this.y1 + this.c * this.y2;
    this.y2 = this.y1;
    this.y1 = y;
    return y;
  }

  notch(x: number): number {
    const y = (x - this.b * this.y1 - this.c * this.y2) / this.a;
    this.y2 = this.y1;
    this.y1 = x;
    return y;
  }
}

/** Renders whole frames of 32 parameters, `frameSamples` samples each. */
export function renderFormant(frames: Float32Array, rate: number, frameSamples: number, seed: number): Float32Array {
  const perStep = frameSamples / STEPS;
  const cascade = Array.from({ length: 8 }, () => new Resonator());
  const bank = Array.from({ length: 5 }, () => new Resonator());
  const [pole, zero] = [new Resonator(), new Resonator()];
  const out: number[] = [];
  let previous = frames.slice(0, FRAME);
  previous[1] = previous[2] = previous[3] = 0;
  let [phase, period, opening, tilted, pulseBefore, hiss] = [0, 0, 0, 0, 0, 0];
  let state = (seed | 1) >>> 0;
  const noise = (): number => {
    let sum = 0;
    for (let n = 0; n < 4; n++) {
      state = (state ^ (state << 13)) >>> 0;
      state = (state ^ (state >>> 17)) >>> 0;
      state = (state ^ (state << 5)) >>> 0;
      sum += (state | 0) / 2147483648;
    }
    return sum * 0.866;
  };
  for (let frame = 0; frame * FRAME < frames.length; frame++) {
    const target = frames.slice(frame * FRAME, (frame + 1) * FRAME);
    const at = (index: number, step: number): number => f((previous[index] as number) + (((target[index] as number) - (previous[index] as number)) * step) / STEPS);
    for (let step = 1; step <= STEPS; step++) {
      const p = (index: number): number => at(index, step);
      for (let n = 0; n < 6; n++) (cascade[n] as Resonator).tune(p(6 + n), p(12 + n), rate);
      (cascade[6] as Resonator).tune(6800, 1000, rate);
      (cascade[7] as Resonator).tune(8300, 1500, rate);
      pole.tune(p(20), p(21), rate);
      zero.tune(p(18), p(19), rate);
      bank.forEach((unit, n) => {
        unit.tune(p(7 + n), p(13 + n) * 1.6 + 60, rate);
        unit.a = (1 + unit.c) / 2;
      });
      for (let n = 1; n <= perStep; n++) {
        const amplitude = (index: number): number => at(index, step - 1) + ((p(index) - at(index, step - 1)) * n) / perStep;
        let pulse = 0;
        for (let part = 0; part < 4; part++) {
          phase += 1;
          if (phase >= period) {
            phase -= period;
            period = p(0) > 20 ? f((rate * 4) / p(0)) : 400;
            if (phase > period) phase = 0;
            opening = f(period * p(4));
          }
          const x = phase / opening;
          if (phase < opening) pulse += x * (2 - 3 * x);
        }
        pulse /= 4;
        const tilt = p(5);
        tilted = tilt < 0 ? (pulse + tilt * pulseBefore) / (1 + tilt) : pulse * (1 - tilt) + tilted * tilt;
        pulseBefore = pulse;
        const white = noise();
        const [voicing, aspiration, frication] = [amplitude(1), amplitude(2), amplitude(3)];
        const breath = voicing > 0 && phase > opening ? white * 0.5 : white;
        hiss = 0.6 * hiss + breath;
        let x = pole.filter(zero.notch(tilted * voicing + (hiss - 0.6 * breath) * aspiration));
        for (const unit of [...cascade].reverse()) x = unit.filter(x);
        const rub = (voicing > 0.02 && phase > opening ? 0.6 : 1) * white * frication;
        let y = rub * p(27);
        bank.forEach((unit, n) => void (y += (n % 2 === 0 ? 1 : -1) * p(22 + n) * unit.filter(rub)));
        out.push(x + y);
      }
    }
    previous = target;
  }
  return Float32Array.from(out);
}
