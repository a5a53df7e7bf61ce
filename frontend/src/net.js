// Every request of ours carries the page's token; a lost connection is said once, calmly.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

// `live` marks what the page does by itself: it does not count as use of the session.
export function post(url, body = {}, { live = false, ...options } = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token(), ...(live && { "X-Libin-Live": "1" }) },
    body: body instanceof FormData ? body : new URLSearchParams(body),
    ...options,
  });
}

export async function getPage(url) {
  const answer = await fetch(url, { headers: { "X-Libin-Live": "1" } });
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
