// Puts fresh server HTML into the page without moving what a person is using.
import { tick } from "./clock.js";

const served = new WeakMap();
const source = (node) => served.get(node) ?? node.outerHTML;
const busy = (node) => node.contains(document.activeElement) || node.matches(":has(details[open])");

function replace(old, fresh) {
  const html = fresh.outerHTML;
  if (source(old) === html) return old;
  const node = document.importNode(fresh, true);
  served.set(node, html);
  node.toggleAttribute("data-open", old.hasAttribute("data-open"));
  old.replaceWith(node);
  window.htmx?.process(node);
  return node;
}

// Children with ids: change, add, order and remove them. With `hold`, rows only change in place; returns how many waited.
export function patchList(list, fresh, hold = false) {
  const wanted = [...fresh.children].filter((c) => c.id);
  const known = new Map([...list.children].filter((c) => c.id).map((c) => [c.id, c]));
  let waited = 0, last = null;
  for (const child of wanted) {
    let mine = known.get(child.id);
    if (mine) {
      known.delete(child.id);
      if (!busy(mine) || hold) mine = busy(mine) ? mine : replace(mine, child);
    } else if (hold) {
      waited += 1;
      continue;
    } else {
      mine = document.importNode(child, true);
      served.set(mine, child.outerHTML);
      mine.setAttribute("data-fresh", "");
    }
    if (!hold) {
      const place = last ? last.nextElementSibling : list.firstElementChild;
      if (place !== mine) list.insertBefore(mine, place);
    }
    last = mine;
  }
  if (!hold) known.forEach((gone) => gone.remove());
  tick(list);
  return waited;
}

// Every [data-part] of the page that the fresh document also has.
export function patchParts(fresh) {
  document.querySelectorAll("[data-part]").forEach((part) => {
    const next = part.id && fresh.getElementById(part.id);
    if (!next) return;
    if (part.dataset.part === "list") patchList(part, next);
    else if (!busy(part)) replace(part, next);
  });
  tick();
}
