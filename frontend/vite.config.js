import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

import { sprite } from "./sprite.js";

export default defineConfig({
  base: "/static/dist/",
  plugins: [tailwindcss(), sprite()],
  publicDir: false,
  build: {
    outDir: "../src/libin/ui/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: "src/main.js" },
  },
});
