/** What a bundler for the edge makes of `import kernel from './scan.wasm'`: a compiled module. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
