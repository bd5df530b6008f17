/**
 * Keeps the pages working without a network. Everything that was built is stored when a version is
 * installed; pages are served from there, and a new version, installed in the background, takes over
 * at the next load. Responses keep their headers, isolation and content security policy included.
 */
declare const __ASSETS__: readonly string[];
declare const __VERSION__: string;

interface WorkerScope {
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'fetch', listener: (event: { readonly request: Request; respondWith(response: Promise<Response>): void }) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

const scope = globalThis as unknown as WorkerScope;
const NAME = `sluice-${__VERSION__}`;

scope.addEventListener('install', (event) => {
  const store = async (): Promise<void> => {
    const cache = await caches.open(NAME);
    await cache.addAll(__ASSETS__.map((path) => new Request(path, { cache: 'reload' })));
    await scope.skipWaiting();
  };
  event.waitUntil(store());
});

scope.addEventListener('activate', (event) => {
  const sweep = async (): Promise<void> => {
    // The version before this one is kept: a page that was loaded with it may still ask for its parts.
    const versions = (await caches.keys()).filter((name) => name.startsWith('sluice-') && name !== NAME);
    await Promise.all(versions.slice(0, -1).map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(sweep());
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  const answer = async (): Promise<Response> => {
    const cache = await caches.open(NAME);
    return (await cache.match(request, { ignoreSearch: request.mode === 'navigate' })) ?? (await caches.match(request)) ?? fetch(request);
  };
  event.respondWith(answer());
});
