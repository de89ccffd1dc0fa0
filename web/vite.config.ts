import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const service = 'http://127.0.0.1:7700';

/** `vite build web` → dist/web, which the service hands out. `vite web` for work on the console, beside a running service. */
export default defineConfig({
  plugins: [react()],
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 2_048 },
  server: { proxy: { '/api': service, '/audio': service } },
});
