/**
 * MD5 (RFC 1321), which WebCrypto does not have. Only to name test audio by its bytes, as the seeds'
 * mock recogniser does; not for anything secret.
 */

const SHIFTS: readonly number[] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
// RFC 1321, section 3.4: T[i] is the integer part of 4294967296 times abs(sin(i + 1)).
const SINES: Int32Array = Int32Array.from({ length: 64 }, (_, n) => Math.floor(Math.abs(Math.sin(n + 1)) * 4294967296));

/** The MD5 of bytes, as 32 hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  const blocks = ((bytes.length + 8) >>> 6) + 1;
  const padded = new Uint8Array(blocks * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (bytes.length << 3) >>> 0, true);
  view.setUint32(padded.length - 4, bytes.length >>> 29, true);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < blocks; block++) addBlock(state, view, block * 64);
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, n) => digest.setInt32(n * 4, word, true));
  return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function addBlock(state: Int32Array, view: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let n = 0; n < 64; n++) {
    const round = n >> 4;
    const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
    const word = round === 0 ? n : round === 1 ? (5 * n + 1) % 16 : round === 2 ? (3 * n + 5) % 16 : (7 * n) % 16;
    const sum = (a + mixed + (SINES[n] ?? 0) + view.getInt32(at + word * 4, true)) | 0;
    const shift = SHIFTS[round * 4 + (n % 4)] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}
