import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { antdStyles } from './scripts/antd-styles';

// The built files go where crates/bundle looks for them.
export default defineConfig({
  plugins: [react(), antdStyles('src')],
  build: { outDir: 'dist/site', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: false },
  // `npm run dev` beside a running `make run`.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
