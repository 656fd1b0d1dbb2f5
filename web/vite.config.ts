import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server embeds dist/ and serves the hashed files under /app-assets/; /assets is its own.
export default defineConfig({
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  plugins: [react()],
  build: {
    assetsDir: "app-assets",
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    manifest: "manifest.json", // read by scripts/size.mjs
    target: "es2022",
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    env: { TZ: "UTC" },
  },
});
