// A hold on a case ends with its page: the browser tells it as the page goes. Not after a form was sent,
// which ends or keeps the hold itself; and a page that comes back from the cache claims anew.
let sent = false;
document.addEventListener("submit", (event) => { sent = !event.defaultPrevented; });
addEventListener("pagehide", () => {
  const place = document.querySelector("[data-leave]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (sent || !place || !token) return;
  const form = new FormData();
  form.append("csrfmiddlewaretoken", token.value);
  navigator.sendBeacon(place.dataset.leave, form);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
});
