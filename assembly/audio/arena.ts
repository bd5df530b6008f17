/**
 * Memory of one processor. Everything is taken once, inside `init`, from the stub runtime's bump
 * allocator; nothing is ever given back, because an instance serves one processor and dies with it.
 * After `init` memory never grows, so views handed out stay attached.
 */

/** Zeroed room for `count` f32 values, aligned for v128 loads, with 16 bytes of slack for loads past the end. */
export function floats(count: i32): usize {
  const bytes = ((<usize>count) << 2) + 32;
  const address = (heap.alloc(bytes + 16) + 15) & ~(<usize>15);
  memory.fill(address, 0, bytes);
  return address;
}

/** Zeroed room for `count` bytes, aligned for v128 loads. */
export function bytes(count: i32): usize {
  return floats((count + 3) >> 2);
}

/** Reads the f32 at index `n` of the array at `base`. */
// @ts-ignore: decorator
@inline
export function at(base: usize, n: i32): f32 {
  return load<f32>(base + ((<usize>n) << 2));
}

/** Writes the f32 at index `n` of the array at `base`. */
// @ts-ignore: decorator
@inline
export function put(base: usize, n: i32, value: f32): void {
  store<f32>(base + ((<usize>n) << 2), value);
}

/** Sum of the four lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  const folded = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(folded, 0) + f32x4.extract_lane(folded, 1);
}
