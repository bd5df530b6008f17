/** Audio: chunks and formats, buffers, conversion, resampling, voice activity, playout. */
export { AudioChunk, type AudioChunkInit } from './audio/chunk.js';
export { AudioFormat, bytesPerSample } from './audio/format.js';
