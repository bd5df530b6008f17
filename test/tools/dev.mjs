// `npm run dev`: the pages from their sources, reloaded on every change; a change under assembly/ recompiles the
// kernels in this process and reloads through the modules that carry their bytes.
import { join } from 'node:path';
import { ensureInstalled, main, root } from './install.mjs';

await main(async () => {
  ensureInstalled();
  const { generate } = await import('./generate.mjs');
  await generate({ sources: false });
  const { createServer } = await import('vite');
  const server = await createServer({ root: join(root, 'web'), configFile: join(root, 'vite.config.ts') });
  await server.listen();
  server.printUrls();
  server.bindCLIShortcuts({ print: true });

  const kernels = join(root, 'assembly');
  server.watcher.add(kernels);
  let running = Promise.resolve();
  server.watcher.on('all', (_event, path) => {
    if (!path.startsWith(kernels)) return;
    running = running.then(() => generate({ sources: false })).then(
      (products) => products.filter((product) => product.rebuilt).forEach((product) => server.config.logger.info(`${product.name} rebuilt, ${product.raw} B`, { timestamp: true })),
      (error) => server.config.logger.error(error.message, { timestamp: true }),
    );
  });
});
