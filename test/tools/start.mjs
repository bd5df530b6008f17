// `npm start`: from a bare clone to the page on localhost.
//   --port=8080          the first port to try (default 5173; the next free one is taken when it is in use)
//   --no-isolation       without the COOP and COEP headers, so without SharedArrayBuffer
//   --csp=wasm           content security policy: none, wasm (default) or strict (no WebAssembly)
//   --no-open            do not open a browser
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, main, ToolError } from './install.mjs';

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: false,
      options: {
        port: { type: 'string', default: '5173' },
        'no-isolation': { type: 'boolean', default: false },
        csp: { type: 'string', default: 'wasm' },
        'no-open': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new ToolError(`${error.message}\nOptions: --port=<number> --no-isolation --csp=none|wasm|strict --no-open`);
  }
}

async function listen(serve, options, port) {
  for (let candidate = port; candidate < port + 20; candidate += 1) {
    try {
      return await serve({ ...options, port: candidate });
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new ToolError(`The ports ${port} to ${port + 19} are all in use. Pass --port=<number>.`);
}

// A browser is opened only where somebody would see it.
function openBrowser(url) {
  const { env, platform } = process;
  if (env.CI !== undefined || env.SSH_CONNECTION !== undefined || !process.stdout.isTTY) return;
  if (platform === 'linux' && env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined) return;
  const [command, ...args] = platform === 'darwin' ? ['open', url] : platform === 'win32' ? ['cmd', '/c', 'start', '', url] : ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true }).on('error', () => console.log('No browser could be opened; open the address yourself.')).unref();
}

await main(async () => {
  const options = readOptions();
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new ToolError(`--port must be a number from 0 to 65535, not ${options.port}.`);
  if (!['none', 'wasm', 'strict'].includes(options.csp)) throw new ToolError(`--csp must be none, wasm or strict, not ${options.csp}.`);
  ensureInstalled();
  const { buildWeb } = await import('./web.mjs');
  const { serve } = await import('./serve.mjs');
  const folder = await buildWeb();
  const site = await listen(serve, { mounts: folder, isolation: !options['no-isolation'], csp: options.csp }, port);
  console.log(`\n  sluice is at ${site.url}\n  Everything stays on this machine. Ctrl+C ends it.\n`);
  if (!options['no-open']) openBrowser(site.url);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => site.close().then(() => process.exit(0)));
  }
});
