// A sign of life while a page of the workspace is open; routing gives work to those who are here.
import { post } from "./net.js";

const EVERY = 45_000;
const url = document.querySelector("[data-presence-url]")?.dataset.presenceUrl;

if (url) {
  const tell = (body) => post(url, body, { keepalive: true, live: true }).catch(() => {});
  tell({ opened: "1" });
  setInterval(() => tell({}), EVERY);
  addEventListener("pagehide", () => tell({ closed: "1" }));
}
