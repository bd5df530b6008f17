/**
 * Loads a WebAssembly kernel: the bytes travel inline in the package, are compiled once per realm, and
 * can be replaced by a module, a response, an address or other bytes. Where nothing can be compiled
 * (a content security policy without `wasm-unsafe-eval`, no SIMD) one typed error tells the caller to
 * fall back or to say what is missing.
 *
 * Worklets have no `atob`, `fetch` or `DecompressionStream`, and workerd compiles no bytes: both get a
 * compiled module through {@link Kernel.use}.
 */
import { decodeBase64 } from '../base/base64.js';
import { SluiceError } from '../base/errors.js';
import { unpackBytes } from './packed-bytes.js';

/** Where a kernel may come from instead of the inline bytes. */
export type KernelSource = WebAssembly.Module | Response | URL | Uint8Array | ArrayBuffer;

/** How the inline bytes travel: `text` can be compiled synchronously, `deflate` (in base64) is smaller. */
export type KernelEncoding = 'text' | 'deflate';

/** WebAssembly cannot be used in this realm; `cause` says why. */
export class WasmUnavailableError extends SluiceError {
  override readonly name: string = 'WasmUnavailableError';

  constructor(kernel: string, reason: string, cause?: unknown) {
    super(
      `The kernel ${kernel}.wasm cannot be used here: ${reason}. Allow 'wasm-unsafe-eval' in the page's script-src, or pass a compiled WebAssembly.Module of sluice/${kernel}.wasm.`,
      { code: 'WASM_UNAVAILABLE', cause },
    );
  }
}

// The smallest module that uses a SIMD instruction: () -> v128 { i8x16.popcnt(i8x16.splat(0)) }.
const SIMD_PROBE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/** One kernel of the package in this realm. */
export class Kernel {
  readonly #name: string;
  readonly #inline: string;
  readonly #encoding: KernelEncoding;
  #module: WebAssembly.Module | undefined;
  #loading: Promise<WebAssembly.Module> | undefined;
  #refused: WasmUnavailableError | undefined;

  constructor(name: string, inline: string, encoding: KernelEncoding) {
    this.#name = name;
    this.#inline = inline;
    this.#encoding = encoding;
  }

  /** The compiled module if there is one already; never compiles. */
  get compiled(): WebAssembly.Module | undefined {
    return this.#module;
  }

  /** Takes `module` for all later instances. Synchronous, so that a module imported statically needs no wait. */
  use(module: WebAssembly.Module): void {
    this.#module = module;
    this.#refused = undefined;
  }

  /**
   * The module, compiled at the first call from the inline bytes. Throws {@link WasmUnavailableError}
   * where nothing can be compiled, and for a deflated kernel that {@link load} has not loaded yet.
   */
  get(): WebAssembly.Module {
    if (this.#module !== undefined) return this.#module;
    if (this.#refused !== undefined) throw this.#refused;
    if (this.#encoding === 'deflate') throw new WasmUnavailableError(this.#name, 'its bytes are deflated and load() has not finished');
    return this.#compile(() => new WebAssembly.Module(unpackBytes(this.#inline)));
  }

  /** The module, loaded from `source` or from the inline bytes; compiled once, however often it is asked for. */
  load(source?: KernelSource): Promise<WebAssembly.Module> {
    if (source !== undefined) return this.#loadFrom(source);
    if (this.#module !== undefined) return Promise.resolve(this.#module);
    this.#loading ??= this.#loadInline().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** An instance with its own memory. */
  instantiate(imports: WebAssembly.Imports = {}): WebAssembly.Instance {
    const module = this.get();
    try {
      return new WebAssembly.Instance(module, imports);
    } catch (error) {
      throw new WasmUnavailableError(this.#name, 'the module cannot be instantiated', error);
    }
  }

  async #loadInline(): Promise<WebAssembly.Module> {
    if (this.#encoding === 'text') return this.get();
    let bytes: ArrayBuffer;
    try {
      const deflated = new Blob([decodeBase64(this.#inline) as Uint8Array<ArrayBuffer>]).stream();
      bytes = await new Response(deflated.pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer();
    } catch (error) {
      throw new WasmUnavailableError(this.#name, 'its inline bytes cannot be inflated', error);
    }
    return this.#compileAsync(() => WebAssembly.compile(bytes));
  }

  async #loadFrom(source: KernelSource): Promise<WebAssembly.Module> {
    if (source instanceof WebAssembly.Module) {
      this.use(source);
      return source;
    }
    const bytes = source instanceof URL ? await this.#fetch(source) : source;
    return this.#compileAsync(async () => WebAssembly.compile((bytes instanceof Uint8Array || bytes instanceof ArrayBuffer ? bytes : await bytes.arrayBuffer()) as ArrayBuffer));
  }

  async #fetch(url: URL): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url);
    } catch (error) {
      throw new WasmUnavailableError(this.#name, `${url.href} cannot be fetched`, error);
    }
    if (!response.ok) throw new WasmUnavailableError(this.#name, `${url.href} answered with status ${response.status}`);
    return response;
  }

  #compile(compile: () => WebAssembly.Module): WebAssembly.Module {
    try {
      this.#requireSimd();
      this.#module = compile();
      return this.#module;
    } catch (error) {
      this.#refused = error instanceof WasmUnavailableError ? error : new WasmUnavailableError(this.#name, 'this realm refuses to compile WebAssembly', error);
      throw this.#refused;
    }
  }

  async #compileAsync(compile: () => Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
    try {
      this.#requireSimd();
      this.#module = await compile();
      return this.#module;
    } catch (error) {
      throw error instanceof WasmUnavailableError ? error : new WasmUnavailableError(this.#name, 'this realm refuses to compile WebAssembly', error);
    }
  }

  // No SIMD counts as no WebAssembly: the kernels use it without a second build.
  #requireSimd(): void {
    if (typeof WebAssembly !== 'object') throw new WasmUnavailableError(this.#name, 'this realm has no WebAssembly');
    if (!WebAssembly.validate(SIMD_PROBE)) throw new WasmUnavailableError(this.#name, 'this engine has no WebAssembly SIMD');
  }
}
