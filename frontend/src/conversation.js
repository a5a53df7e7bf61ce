// A case follows its events; others see that we look at it, and that we write.
import { getPage, post } from "./net.js";
import { patchParts } from "./patch.js";

const HERE_EVERY = 20_000;
const place = document.querySelector("[data-case]");

if (place) {
  const scroller = place.querySelector("[data-conversation-scroll]");
  const atEnd = () => !scroller || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const toEnd = () => scroller && scroller.scrollTo({ top: scroller.scrollHeight });
  toEnd();
  fitMail();
  addEventListener("load", () => { fitMail(); toEnd(); });

  place.addEventListener("live", async () => {
    const stay = !atEnd();
    try {
      patchParts(await getPage(location.href));
    } catch {
      return; // the page stays as it is; the banner tells when the connection is lost
    }
    fitMail();
    if (!stay) toEnd();
  });

  let replying = false;
  const here = () => document.hidden || post(place.dataset.here, { replying: replying ? "1" : "" }).catch(() => {});
  document.addEventListener("composing", (event) => {
    if (replying === event.detail) return;
    replying = event.detail;
    here();
  });
  here();
  setInterval(here, HERE_EVERY);
  document.addEventListener("visibilitychange", here);
  addEventListener("pagehide", () => post(place.dataset.here, { gone: "1" }, { keepalive: true }).catch(() => {}));
}

// A mail's own HTML lives in a sandboxed frame of no origin; the server says how it starts, its height is ours to give.
export function fitMail() {
  document.querySelectorAll("iframe.mail").forEach((frame) => {
    if (frame.dataset.fitted) return;
    const fit = () => {
      const inside = frame.contentDocument?.documentElement;
      if (!inside) return;
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
      document.querySelector("[data-case]")?.dispatchEvent(new CustomEvent("live"));
    }
  });
}, 500);
