// The queue follows events: rows change in place; new ones wait behind a pill while the pointer or the focus is in the list.
import { getPage } from "./net.js";
import { patchList, patchParts } from "./patch.js";
import { counted } from "./words.js";

const KEY = "libin.queue.scroll";
const frame = document.querySelector("[data-queue]");

async function refresh(force = false) {
  const list = frame.querySelector("[data-queue-rows]");
  const fresh = await getPage(frame.dataset.refresh);
  const next = fresh.querySelector("[data-queue-rows]");
  if (!next || !list) return;
  const hold = !force && (list.matches(":hover") || list.contains(document.activeElement));
  const waited = patchList(list, next, hold);
  patchParts(fresh);
  const pill = frame.querySelector("[data-news]");
  if (pill) {
    pill.hidden = !waited;
    pill.querySelector("span").textContent = counted("news", waited);
  }
}

if (frame) {
  const scroller = frame.querySelector("[data-queue-scroll]");
  const kept = sessionStorage.getItem(KEY);
  if (scroller && kept?.startsWith(frame.dataset.refresh + " ")) scroller.scrollTop = Number(kept.split(" ").pop());
  addEventListener("pagehide", () => scroller && sessionStorage.setItem(KEY, `${frame.dataset.refresh} ${scroller.scrollTop}`));
  frame.addEventListener("live", () => refresh().catch(() => {}));
  frame.addEventListener("click", (event) => {
    if (event.target.closest("[data-news]")) refresh(true).then(() => scroller?.scrollTo({ top: 0 })).catch(() => {});
  });
}

// Filters apply as they are chosen.
document.addEventListener("change", (event) => event.target.closest?.("form[data-apply]")?.requestSubmit());

// The day view follows too.
const day = document.querySelector("[data-day]");
day?.addEventListener("live", () => getPage(day.dataset.refresh).then(patchParts).catch(() => {}));
