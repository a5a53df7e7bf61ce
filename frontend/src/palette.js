// The command palette: Ctrl/Cmd-K, type, arrows, Enter. Names match by their letters and by pinyin initials.
import { composing } from "./keys.js";
import { post } from "./net.js";

const sheet = document.getElementById("palette");
const field = sheet?.querySelector("input[type=search]");
const list = sheet?.querySelector("[role=listbox]");
let asked = 0;

const options = () => [...list.querySelectorAll("[role=option]")].filter((o) => !o.hidden);

function choose(option) {
  options().forEach((o) => o.setAttribute("aria-selected", String(o === option)));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function narrow() {
  const wanted = field.value.trim().toLowerCase();
  list.querySelectorAll("[role=option][data-find]").forEach((o) => { o.hidden = Boolean(wanted) && !o.dataset.find.includes(wanted); });
  list.querySelectorAll("[role=group]").forEach((g) => { g.hidden = !g.querySelector("[role=option]:not([hidden])"); });
  choose(options()[0]);
}

async function search() {
  const mine = ++asked;
  const words = field.value.trim();
  const place = list.querySelector("[data-found]");
  if (!place || !sheet.dataset.search) return;
  if (words.length < 2) return void place.replaceChildren();
  const answer = await post(sheet.dataset.search, { words });
  if (mine !== asked || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...page.body.childNodes);
  narrow();
}

if (sheet) {
  let waiting;
  field.addEventListener("input", (event) => {
    narrow();
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(search, 180);
  });
  field.addEventListener("compositionend", search);
  field.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const all = options();
    const at = all.findIndex((o) => o.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      sheet.close();
    } else if (event.key === "Enter" && all[at]) {
      event.preventDefault();
      all[at].click();
    }
  });
  list.addEventListener("click", () => setTimeout(() => sheet.open && sheet.close()));
  sheet.addEventListener("close", () => { field.value = ""; list.querySelector("[data-found]")?.replaceChildren(); narrow(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k" && !composing(event)) {
      event.preventDefault();
      if (sheet.open) sheet.close();
      else { sheet.showModal(); narrow(); field.focus(); }
    }
  });
}
