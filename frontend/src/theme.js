// The theme changes at once; the form behind it tells the server. The folded menu is kept in a cookie the server reads.
import { post } from "./net.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-theme-choice]");
  if (choice) {
    event.preventDefault();
    const theme = choice.value;
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
    document.querySelectorAll("[data-theme-choice]").forEach((b) => b.setAttribute("aria-checked", String(b === choice)));
    post(choice.form.action, { theme });
  }
  if (event.target.closest?.("[data-fold-menu]")) {
    const folded = root.dataset.menu !== "folded";
    if (folded) root.dataset.menu = "folded";
    else delete root.dataset.menu;
    event.target.closest("[data-fold-menu]").setAttribute("aria-expanded", String(!folded));
    document.cookie = `libin-menu=${folded ? "folded" : "open"};path=/;max-age=31536000;samesite=lax`;
  }
});
