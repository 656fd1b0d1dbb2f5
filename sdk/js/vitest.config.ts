import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    environmentOptions: {
      happyDOM: { url: "https://shop.example/pricing?utm_source=mail&utm_campaign=spring" },
    },
    include: ["tests/**/*.test.ts"],
  },
});
