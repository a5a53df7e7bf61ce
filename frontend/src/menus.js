// Fold-out menus made of <details>: one open at a time, closed by Escape or a click elsewhere, walked with the arrows.
const open = () => document.querySelectorAll("details.popmenu[open]");

document.addEventListener("click", (event) => {
  open().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.popmenu[open]");
  if (event.key === "Escape" && open().length) {
    open().forEach((m) => m.removeAttribute("open"));
    menu?.querySelector("summary")?.focus();
    return;
  }
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});
