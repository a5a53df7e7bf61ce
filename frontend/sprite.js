// Makes dist/icons.svg of exactly the lucide icons that templates and Python name.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "../src/libin");
const LUCIDE = join(import.meta.dirname, "node_modules/lucide-static/icons");
const NAMED = [
  /\{%\s*icon\s+["']([a-z0-9-]+)["']/g, // {% icon "inbox" %}
  /\bicon\s*=\s*["']([a-z0-9-]+)["']/g, // include ... with icon="inbox", and Python keywords
  /\bicon\(["']([a-z0-9-]+)["']/g, // icon("gem") in Python
  /ICONS?\b[^{\n]*\{([^}]*)\}/g, // PROMISE_ICONS = {"kept": "check", ...}: every value
];

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "locale", "migrations", "__pycache__"].includes(entry.name)) yield* files(path);
    } else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}

function usedNames() {
  const names = new Map();
  for (const path of files(SOURCE)) {
    const text = readFileSync(path, "utf8");
    for (const pattern of NAMED)
      for (const [, found] of text.matchAll(pattern)) {
        const values = found.includes(":") ? [...found.matchAll(/:\s*["']([a-z0-9-]+)["']/g)].map((m) => m[1]) : [found];
        for (const name of values) names.set(name, path);
      }
  }
  return names;
}

function symbol(name, usedIn) {
  let text;
  try {
    text = readFileSync(join(LUCIDE, `${name}.svg`), "utf8");
  } catch {
    throw new Error(`${usedIn} names the icon "${name}", which lucide does not have (see https://lucide.dev/icons).`);
  }
  const inner = text.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
}

export function sprite() {
  return {
    name: "libin-sprite",
    generateBundle() {
      const names = [...usedNames()].sort(([a], [b]) => (a < b ? -1 : 1));
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map((n) => symbol(...n)).join("")}</svg>`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}
