// Text of a running job as it grows: [data-stream] listens to its own stream and adds what comes.
// The browser connects anew by itself and names the last id, so nothing is missed or shown twice.
const open = new Map();

function follow(element) {
  const source = new EventSource(element.dataset.stream);
  open.set(element, source);
  source.addEventListener("text", (event) => {
    const { at, text } = JSON.parse(event.data);
    element.textContent = [...element.textContent].slice(0, at).join("") + text;
    element.scrollTop = element.scrollHeight;
  });
  source.addEventListener("end", () => { source.close(); open.delete(element); });
}

function look() {
  for (const [element, source] of open) {
    if (!element.isConnected || document.hidden) { source.close(); open.delete(element); }
  }
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-stream]")) {
    if (!open.has(element)) follow(element);
  }
}

document.body.addEventListener("htmx:afterSettle", look);
document.addEventListener("visibilitychange", look);
addEventListener("pagehide", () => { for (const source of open.values()) source.close(); open.clear(); });
look();
