import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Names without a hash: the built files are committed, and the server answers with an ETag.
export default defineConfig({
  plugins: [react()],
  base: "/",
  build: {
    outDir: "../src/immunoreset/app/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});
