// Live updates: events carry ids; whatever listens for "live" on <body> asks the server for its part.
// While the page is hidden nothing is held open; if the stream is lost, the page asks by the clock.
const body = document.body;
let source = null;
let timer = null;

function tell(kind, id) {
  body.dispatchEvent(new CustomEvent("live", { detail: { kind, id } }));
  body.dispatchEvent(new CustomEvent(`live-${kind}`, { detail: { id } }));
}

function poll(on) {
  if (on && timer === null) timer = setInterval(() => tell("poll", ""), 5000);
  if (!on && timer !== null) { clearInterval(timer); timer = null; }
  body.toggleAttribute("data-polling", on);
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(body.dataset.live);
  source.addEventListener("ready", () => { poll(false); tell("ready", ""); });
  for (const kind of ["job", "release", "work", "note"]) {
    source.addEventListener(kind, (event) => tell(kind, event.data));
  }
  source.onerror = () => { poll(true); };
}

function close() {
  if (source) { source.close(); source = null; }
  poll(false);
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
