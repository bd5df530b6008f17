/** The acoustic model that ships with the package, unpacked once per realm. */
import { decodeBase64 } from '../base/base64.js';
import { acousticModel } from './acoustic-model.generated.js';

let unpacked: Promise<Uint8Array> | undefined;

/** The table that `ModelUnit` reads. */
export function acousticTable(): Promise<Uint8Array> {
  unpacked ??= unpack();
  return unpacked;
}

async function unpack(): Promise<Uint8Array> {
  const packed = new Blob([decodeBase64(acousticModel) as Uint8Array<ArrayBuffer>]).stream();
  return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
}
