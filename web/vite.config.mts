import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const backend = process.env.RELAY_BACKEND ?? 'http://127.0.0.1:8000';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Writes `sw.js`, which knows the files that the page begins with, and is another one whenever any file is. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const entry = files.find((file) => file.type === 'chunk' && file.isEntry && file.name === 'index');
      const scripts = entry?.type === 'chunk' ? [entry.fileName, ...entry.imports] : [];
      const styles = files.map(({ fileName }) => fileName).filter((name) => name.endsWith('.css'));
      const shell = ['./', 'favicon.svg', ...scripts, ...styles];
      const catalogues = files.flatMap((file) => {
        const name =
          file.type === 'chunk' ? /\/languages\/(\w+)\.json$/.exec(file.facadeModuleId ?? '')?.[1] : undefined;
        return name === undefined ? [] : [[name, file.fileName]];
      });
      const hash = createHash('sha256').update(
        files
          .map(({ fileName }) => fileName)
          .sort()
          .join(),
      );
      const text = readFileSync(new URL('service-worker.mjs', import.meta.url), 'utf8');
      const source = text
        .replace('__VERSION__', hash.update(text).digest('hex').slice(0, 12))
        .replace('__SHELL__', JSON.stringify(shell))
        .replace('__CATALOGUES__', JSON.stringify(Object.fromEntries(catalogues)));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The page may lie below a path of a proxy's.
  base: './',
  plugins: [react(), tailwindcss(), serviceWorker()],
  resolve: {
    alias: {
      // streamdown's step from raw HTML to elements, which this client leaves out, brings an HTML parser of 160 kB.
      'rehype-raw': fileURLToPath(new URL('./src/components/thread/no-raw-html.ts', import.meta.url)),
    },
  },
  // It fetches its grammars when it needs them.
  worker: { format: 'es' },
  build: {
    rolldownOptions: {
      checks: { pluginTimings: false },
      // The page, and the frame in which diagrams are drawn.
      input: { index: fileOf('index.html'), diagram: fileOf('frames/diagram.html') },
    },
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined assets would be data: URLs, which the page's Content-Security-Policy allows for images only.
    assetsInlineLimit: 0,
    // What draws diagrams is as large, and loads with the first of them only; `compress-web.mjs` has the budget of the page.
    chunkSizeWarningLimit: 3_000,
  },
  server: {
    proxy: {
      '/api': { target: backend },
      '/socket.io': { target: backend, ws: true },
      '/health': backend,
      '/status': backend,
      '/docs': backend,
    },
  },
});
