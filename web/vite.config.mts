import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const backend = process.env.RELAY_BACKEND ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The page may lie below a path of a proxy's.
  base: './',
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      // streamdown's step from raw HTML to elements, which this client leaves out, brings an HTML parser of 160 kB.
      'rehype-raw': fileURLToPath(new URL('./src/components/thread/no-raw-html.ts', import.meta.url)),
    },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined assets would be data: URLs, which the page's Content-Security-Policy allows for images only.
    assetsInlineLimit: 0,
    // React, assistant-ui and socket.io make up the first chunk; Markdown loads beside it.
    chunkSizeWarningLimit: 700,
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
