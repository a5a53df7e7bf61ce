// The composer: reply or note, templates by "/", a draft the server keeps, Ctrl/Cmd-Enter sends.
import { composing } from "./keys.js";
import { post } from "./net.js";
import { words } from "./words.js";

const SAVE_AFTER = 800;
let known;

function settle() {
  const form = document.querySelector("form.composer");
  if (form && form !== known) begin(form);
  known = form;
}

function begin(form) {
  const text = form.querySelector("textarea");
  const list = form.querySelector("[data-templates]");
  const saved = form.querySelector("[data-saved]");
  const kept = { reply: form.dataset.reply || "", note: form.dataset.note || "" };
  const mode = () => form.querySelector("input[name=mode]:checked")?.value || "reply";
  let shown = mode(), waiting, from = -1;

  const grow = () => { text.rows = Math.min(Math.max(text.value.split("\n").length + 1, 4), 14); };
  const tellWriting = () => document.dispatchEvent(new CustomEvent("composing", { detail: mode() === "reply" && text.value.trim() !== "" }));

  async function save() {
    kept[shown] = text.value;
    const answer = await post(form.dataset.draft, { mode: shown, text: text.value }, { live: true }).catch(() => null);
    if (answer?.ok) saved.textContent = words.saved;
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "mode") return;
    clearTimeout(waiting);
    if (text.value !== kept[shown]) save();
    kept[shown] = text.value;
    shown = mode();
    text.value = kept[shown];
    form.dataset.mode = shown;
    saved.textContent = "";
    grow();
    text.focus();
    tellWriting();
  });

  text.addEventListener("input", () => {
    grow();
    tellWriting();
    saved.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(save, SAVE_AFTER);
    offer();
  });

  text.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waiting);
      return void form.requestSubmit(form.querySelector(event.shiftKey ? "[data-send-next]" : "[data-send]") || undefined);
    }
    if (!list || list.hidden) return void (event.key === "Escape" && text.blur());
    const options = visible();
    const at = options.findIndex((o) => o.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
    } else if ((event.key === "Enter" || event.key === "Tab") && options[at]) {
      event.preventDefault();
      insert(options[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });

  const visible = () => [...list.querySelectorAll("[role=option]")].filter((o) => !o.hidden);
  const close = () => { list.hidden = true; from = -1; text.setAttribute("aria-expanded", "false"); };

  function choose(option) {
    list.querySelectorAll("[role=option]").forEach((o) => o.setAttribute("aria-selected", String(o === option)));
    if (option) { text.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  }

  // "/" or the full-width "／" at the start of a word opens the templates; what follows narrows them, pinyin initials too.
  function offer() {
    if (!list) return;
    const before = text.value.slice(0, text.selectionStart);
    const found = /(?:^|\s)[/／、]([^\s/／]{0,20})$/.exec(before);
    if (!found) return close();
    from = text.selectionStart - found[1].length - 1;
    const wanted = found[1].toLowerCase();
    list.querySelectorAll("[role=option]").forEach((o) => { o.hidden = !o.dataset.find.includes(wanted); });
    const some = visible();
    list.hidden = !some.length;
    text.setAttribute("aria-expanded", String(!list.hidden));
    choose(some[0]);
  }

  function insert(option) {
    const body = option.querySelector("[data-body]").textContent;
    const end = text.selectionStart;
    const start = from >= 0 ? from : end;
    text.setRangeText(body, start, end, "end");
    form.querySelector("input[name=template]").value = option.dataset.code;
    close();
    text.focus();
    text.dispatchEvent(new Event("input"));
  }

  list?.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); insert(option); }
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-show-templates]")) return;
    from = -1;
    list.querySelectorAll("[role=option]").forEach((o) => { o.hidden = false; });
    list.hidden = !list.hidden;
    choose(visible()[0]);
    text.focus();
  });
  text.addEventListener("blur", () => setTimeout(() => list && !list.contains(document.activeElement) && !list.matches(":hover") && close(), 150));
  form.addEventListener("submit", () => clearTimeout(waiting));
  grow();
}

// Buttons elsewhere that begin a reply or a note.
document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-mode-choice]");
  if (!control || !known) return;
  const choice = known.querySelector(`input[name=mode][value=${control.dataset.modeChoice}]`);
  if (choice && !choice.checked) { choice.checked = true; choice.dispatchEvent(new Event("change", { bubbles: true })); }
  known.querySelector("textarea").focus();
});

settle();
document.addEventListener("htmx:after:settle", settle);
