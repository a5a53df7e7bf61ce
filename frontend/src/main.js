import "../styles/main.css";
import htmx from "htmx.org";
import "./net.js";
import "./clock.js";
import "./sheets.js";
import "./menus.js";
import "./theme.js";
import "./keys.js";
import "./palette.js";
import "./presence.js";
import "./live.js";
import "./queue.js";
import "./conversation.js";
import "./composer.js";

window.htmx = htmx;
