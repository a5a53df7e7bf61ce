// One stream per page. Parts of the page say data-live="case:12" (or "queue", "staff:7"); when something is said about
// a topic, its parts hear a "live" event and fetch what they may see. Hidden tabs hold no connection.
import { setOffline } from "./net.js";

const parts = () => [...document.querySelectorAll("[data-live]")];
const topics = () => [...new Set(parts().flatMap((p) => p.dataset.live.split(" ")))].filter(Boolean).sort();
const address = document.body?.dataset.liveUrl;
let stream, watched = "", waiting = new Map(), quiet;

function tell(topic) {
  for (const part of parts()) {
    if (topic && !part.dataset.live.split(" ").includes(topic)) continue;
    clearTimeout(waiting.get(part));
    waiting.set(part, setTimeout(() => part.isConnected && part.dispatchEvent(new CustomEvent("live", { bubbles: false })), 120));
  }
}

function close() {
  stream?.close();
  stream = undefined;
  watched = "";
}

export function watch() {
  const wanted = topics();
  if (!address || document.hidden || !wanted.length) return close();
  if (watched === wanted.join()) return;
  const again = Boolean(stream) || watched !== "";
  close();
  watched = wanted.join();
  stream = new EventSource(`${address}?${wanted.map((t) => `topic=${encodeURIComponent(t)}`).join("&")}`);
  for (const kind of new Set(wanted.map((t) => t.split(":")[0]))) stream.addEventListener(kind, (e) => tell(e.data));
  stream.addEventListener("resync", () => tell());
  stream.onopen = () => { clearTimeout(quiet); setOffline(false); };
  stream.onerror = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => setOffline(true), 5000);
    if (stream?.readyState === EventSource.CLOSED) { close(); setTimeout(watch, 5000); }
  };
  return again;
}

watch();
document.addEventListener("htmx:after:settle", watch);
document.addEventListener("visibilitychange", () => {
  watch();
  if (!document.hidden) tell();
});
addEventListener("pagehide", close);
