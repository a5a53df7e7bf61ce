// Relative times and running promises go on telling the truth without a request.
import { duration, told, words } from "./words.js";

const serverNow = Date.parse(document.body?.dataset.now || "");
const skew = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();
const now = () => Date.now() + skew;

function tell(node) {
  const seconds = (now() - Date.parse(node.dateTime)) / 1000;
  if (Math.abs(seconds) < 60) node.textContent = words.now;
  else if (Math.abs(seconds) < 3600) node.textContent = told(seconds > 0 ? "ago" : "in", duration(seconds));
}

function count(chip) {
  const left = (Date.parse(chip.dataset.due) - now()) / 1000;
  const text = told(left < 0 ? "overdue" : "due", duration(left));
  const shown = chip.querySelector("[data-words]");
  if (shown && shown.textContent !== text) shown.textContent = text;
  if (left < 0 && chip.dataset.state !== "late") {
    chip.dataset.state = "late";
    const use = chip.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#alarm-clock"));
  }
}

export function tick(root = document) {
  if (!words.now) return;
  root.querySelectorAll("time[data-when]").forEach(tell);
  root.querySelectorAll(".promise[data-due]").forEach(count);
}

setInterval(tick, 10_000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
