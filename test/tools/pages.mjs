// The pages of web/ as inputs of the build, and the service worker that keeps them working without a network.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Every index.html or other page under `folder`, as build inputs. */
export function pages(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'public'].includes(entry.name) ? [] : pages(path);
    return entry.name.endsWith('.html') ? [path] : [];
  });
}

/**
 * Bundles web/service-worker.ts to /service-worker.js, with two constants set: `__ASSETS__`, the paths (from the
 * site's root) of everything that was built, and `__VERSION__`, a hash of their contents. Only in a build: the
 * development server has no service worker, because it would serve yesterday's modules.
 */
export function serviceWorker(folder) {
  const entry = join(folder, 'service-worker.ts');
  return {
    name: 'sluice-service-worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      if (!existsSync(entry)) return;
      const hash = createHash('sha256');
      const files = Object.values(bundle).sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
      for (const file of files) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
      const copied = join(folder, 'public');
      const statics = existsSync(copied) ? readdirSync(copied, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => relative(copied, join(file.parentPath, file.name)).replaceAll(sep, '/')) : [];
      const assets = [...files.map((file) => file.fileName), ...statics].filter((name) => !name.endsWith('.map')).map((name) => `/${name.replace(/(^|\/)index\.html$/, '$1')}`);
      const { build } = await import('vite');
      const output = await build({
        configFile: false,
        publicDir: false,
        logLevel: 'error',
        define: { __ASSETS__: JSON.stringify(assets), __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 16)) },
        build: { write: false, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'service-worker' } },
      });
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: output.flatMap((part) => part.output)[0].code });
    },
  };
}
