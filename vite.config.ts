/// <reference types="vitest/config" />
// One configuration, three jobs: the web pages (`vite`, `vite build`), the tests (`vitest`), and the
// self-contained worker and worklet files of the package (`vite build --mode workers`, driven by
// test/tools/build.mjs).
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Headers that make a page cross-origin isolated, so that SharedArrayBuffer exists. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  root: process.env.VITEST === undefined ? here('web') : here('.'),
  server: { headers: isolation },
  build: { target: 'es2022', outDir: here('dist-web'), emptyOutDir: true, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'node',
          root: here('.'),
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/edge/**', 'test/e2e/**', 'test/soak/**', 'test/bench/**'],
          environment: 'node',
        },
      },
      {
        optimizeDeps: { include: ['idb', 'comlink'] },
        server: { headers: isolation },
        test: {
          name: 'chromium',
          root: here('.'),
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(process.env.CHROME_PATH === undefined ? {} : { executablePath: process.env.CHROME_PATH }),
                args: [
                  ...(isRoot || process.env.CI !== undefined ? ['--no-sandbox'] : []),
                  '--disable-gpu',
                  '--disable-background-networking',
                  '--autoplay-policy=no-user-gesture-required',
                  '--use-fake-ui-for-media-stream',
                  '--use-fake-device-for-media-stream',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
