// A case follows its events; others see that we look at it, and that we write.
import { getPage, post } from "./net.js";
import { patchParts } from "./patch.js";

const HERE_EVERY = 20_000;
let place, scroller, replying = false;

const atEnd = () => !scroller || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
const toEnd = () => scroller?.scrollTo({ top: scroller.scrollHeight });
const here = () => place && !document.hidden && post(place.dataset.here, { replying: replying ? "1" : "" }, { live: true }).catch(() => {});
const gone = () => place && post(place.dataset.here, { gone: "1" }, { live: true, keepalive: true }).catch(() => {});

async function follow() {
  const stay = !atEnd();
  const mine = place;
  try {
    const fresh = await getPage(mine.dataset.url);
    if (mine !== place) return;
    patchParts(fresh);
  } catch {
    return; // the page stays as it is; the banner tells when the connection is lost
  }
  fitMail();
  if (!stay) toEnd();
}

// A case may come with the page, or take the place of another one beside the same list.
function settle() {
  const found = document.querySelector("[data-case]");
  if (found === place) return;
  if (place) gone();
  place = found;
  replying = false;
  scroller = place?.querySelector("[data-conversation-scroll]");
  if (!place) return;
  document.querySelectorAll("[data-row]").forEach((row) => row.toggleAttribute("data-open", row.id === `case-${place.dataset.case}`));
  place.addEventListener("live", follow);
  fitMail();
  toEnd();
  here();
}

document.addEventListener("composing", (event) => {
  if (replying === event.detail) return;
  replying = event.detail;
  here();
});
settle();
setInterval(here, HERE_EVERY);
document.addEventListener("htmx:after:settle", settle);
document.addEventListener("visibilitychange", here);
addEventListener("load", () => { fitMail(); toEnd(); });
addEventListener("pagehide", gone);

// A mail's own HTML lives in a sandboxed frame of no origin; the server says how it starts, its height is ours to give.
export function fitMail() {
  document.querySelectorAll("iframe.mail").forEach((frame) => {
    if (frame.dataset.fitted) return;
    const fit = () => {
      const inside = frame.contentDocument?.documentElement;
      if (!inside) return;
      if (!inside.querySelector("link")) return; // not its own document yet
      inside.querySelectorAll("a[href]").forEach((link) => { link.target = "_blank"; link.rel = "noopener noreferrer"; });
      frame.height = Math.min(Math.max(inside.scrollHeight, 40), 1600) + 2;
      frame.dataset.fitted = "1";
    };
    frame.addEventListener("load", fit);
    fit();
  });
}
document.addEventListener("toggle", fitMail, true);

// Undo counts its seconds.
setInterval(() => {
  document.querySelectorAll("[data-leaves]").forEach((node) => {
    const left = Math.max(0, Math.ceil((Date.parse(node.dataset.leaves) - Date.now()) / 1000));
    const seconds = node.querySelector("[data-seconds]");
    if (seconds) seconds.textContent = left;
    if (!left) {
      node.removeAttribute("data-leaves");
      node.querySelector("form")?.remove();
      if (node.matches(".toast-note")) node.remove();
      setTimeout(() => place?.dispatchEvent(new CustomEvent("live")), 1500);
    }
  });
}, 500);
