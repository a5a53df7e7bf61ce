// Every request of ours carries the page's token; a lost connection is said once, calmly.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

export function post(url, body = {}, options = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    body: body instanceof FormData ? body : new URLSearchParams(body),
    ...options,
  });
}

export async function getPage(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = token();
});

export const setOffline = (lost) => document.documentElement.toggleAttribute("data-offline", lost);
addEventListener("offline", () => setOffline(true));
addEventListener("online", () => setOffline(false));
