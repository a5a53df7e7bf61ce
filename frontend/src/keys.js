// Single-letter shortcuts: any control says data-key="r". Quiet while somebody types or an input method composes.
const SCOPES = "dialog[open]";

export const typing = (node) => Boolean(node?.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]"));
export const composing = (event) => event.isComposing || event.keyCode === 229;

function act(control) {
  if (control.matches("input, textarea, select")) control.focus();
  else if (control.matches("[data-key-focus]")) document.getElementById(control.dataset.keyFocus)?.focus();
  else control.click();
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row] a.row-link")].filter((a) => a.offsetParent);
  if (!rows.length) return false;
  const at = rows.findIndex((a) => a === document.activeElement || a.closest("[data-row]").matches("[aria-current=true]"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector(SCOPES)) return;
  if (event.key === "j" || event.key === "k") return void (move(event.key === "j" ? 1 : -1) && event.preventDefault());
  const control = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((c) => !c.disabled && (c.offsetParent || c.hidden || c.closest("details")));
  if (control) {
    event.preventDefault();
    act(control);
  }
});
