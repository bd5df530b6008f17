// A small static file server with the headers that the pages need, for `npm start` and the end-to-end tests.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

// Only what the levels are about: scripts, and through them workers, worklets and WASM.
const POLICY = {
  none: undefined,
  wasm: "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'",
  strict: "script-src 'self'; object-src 'none'; base-uri 'none'",
};

/**
 * Serves folders on localhost. `mounts` maps URL prefixes to folders, the longest prefix wins.
 * Resolves to `{ url, port, requests, close }`; `requests` lists the paths asked for, so that a test can see them.
 * @param {object} options
 * @param {string | Record<string, string>} options.mounts a folder, or e.g. `{ '/': 'dist-web', '/pkg/': 'dist' }`
 * @param {number} [options.port] 0 lets the system choose
 * @param {boolean} [options.isolation] COOP and COEP headers, so that SharedArrayBuffer exists (default true)
 * @param {'none' | 'wasm' | 'strict'} [options.csp] content security policy on every response (default none)
 */
export async function serve({ mounts, port = 0, isolation = true, csp = 'none' }) {
  if (!(csp in POLICY)) throw new Error(`csp must be none, wasm or strict, not ${csp}.`);
  const folders = Object.entries(typeof mounts === 'string' ? { '/': mounts } : mounts).sort(([a], [b]) => b.length - a.length);
  const requests = [];
  const headers = {
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    ...(isolation ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {}),
    ...(POLICY[csp] === undefined ? {} : { 'Content-Security-Policy': POLICY[csp] }),
  };

  const server = createServer((request, response) => {
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    } catch {
      path = '\0';
    }
    requests.push(path);
    const refuse = (status, text) => response.writeHead(status, { ...headers, 'Content-Type': TYPES['.txt'] }).end(text);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD.');
    const mount = folders.find(([prefix]) => path.startsWith(prefix));
    if (path.includes('\0') || mount === undefined) return refuse(404, 'Not found.');
    const [prefix, folder] = mount;
    const base = normalize(folder + sep);
    let file = normalize(join(folder, path.slice(prefix.length)));
    if (!`${file}${sep}`.startsWith(base)) return refuse(404, 'Not found.');
    let stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      if (!path.endsWith('/')) return response.writeHead(308, { ...headers, Location: `${path}/` }).end();
      file = join(file, 'index.html');
      stat = statSync(file, { throwIfNoEntry: false });
    }
    if (stat === undefined || !stat.isFile()) return refuse(404, 'Not found.');
    const tag = `"${stat.size.toString(36)}-${stat.mtimeMs.toString(36)}"`;
    const full = { ...headers, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ETag: tag };
    if (request.headers['if-none-match'] === tag) return response.writeHead(304, full).end();
    response.writeHead(200, { ...full, 'Content-Length': stat.size });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file).on('error', () => response.destroy()).pipe(response);
  });

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  const { port: actual } = server.address();
  return {
    url: `http://localhost:${actual}/`,
    port: actual,
    requests,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
