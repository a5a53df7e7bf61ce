// Dialogs open from any control with data-opens; toasts fade; the first error takes the focus.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener && !event.ctrlKey && !event.metaKey) {
    const sheet = document.getElementById(opener.dataset.opens);
    if (sheet && !sheet.open) {
      event.preventDefault();
      opener.closest("details[open]")?.removeAttribute("open");
      sheet.showModal();
      sheet.querySelector("[autofocus], input:not([type=hidden]), textarea, select")?.focus();
    }
    return;
  }
  const closer = event.target.closest?.("[data-closes]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    return void closer.closest("dialog").close();
  }
  if (event.target.matches?.("dialog.sheet[open], dialog.palette[open]") && outside(event)) event.target.close();
});

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

export function settle(root = document) {
  root.querySelectorAll("[data-toast]").forEach((note) => {
    note.removeAttribute("data-toast");
    setTimeout(() => note.remove(), 6000);
  });
  root.querySelector("[data-focus-first]")?.focus();
  root.querySelectorAll("dialog[data-opened]").forEach((d) => { d.removeAttribute("data-opened"); d.showModal(); });
}

settle();
document.addEventListener("htmx:after:settle", () => settle());

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
