// The few Node functions that src/node uses. Declared here because loading all of Node's types would
// put its globals in reach of the platform-free folders.
declare module 'node:fs/promises' {
  interface FileHandle {
    appendFile(text: string): Promise<void>;
    close(): Promise<void>;
  }
  export function open(path: string | URL, flags: 'a' | 'w'): Promise<FileHandle>;
  export function mkdir(path: string | URL, options: { recursive: true }): Promise<unknown>;
}
