// Look, decide, next on one page: a decision is sent as its form says, and the next case, fetched while
// this one was looked at, takes its place. Whatever comes out otherwise goes the way of any form.
const FRESH_MS = 60_000; // as old as a page may be that somebody looks at for a minute
const PART = { "HX-Request": "true" };
let ahead = null;

const address = () => location.pathname;
let here = address();

// Nothing of it is kept by the browser: a part of a page must never come back as the page.
async function part(url, after) {
  const answer = await fetch(url, { headers: { ...PART, "X-After": after }, cache: "no-store" });
  return answer.ok ? read(await answer.text()) : null;
}

function read(html) {
  const held = document.createElement("template");
  held.innerHTML = html;
  return held.content.querySelector(".case");
}

// The pictures of the next case are fetched and decoded, too; nothing of it is shown yet.
function look() {
  const link = document.querySelector("a[data-ahead]");
  if (!link || ahead?.url === link.pathname) return;
  const mine = { url: link.pathname, at: Date.now(), pictures: [] };
  mine.coming = part(mine.url, address()).catch(() => null).then((shown) => {
    for (const one of shown?.querySelectorAll(".panel img") ?? []) {
      const picture = Object.assign(new Image(), { src: one.getAttribute("src") });
      picture.decode().catch(() => {}); // a picture that cannot be shown says so in its place
      mine.pictures.push(picture);
    }
    return shown;
  });
  ahead = mine;
}

async function next(url) {
  const held = ahead;
  ahead = null;
  const fresh = held?.url === url && Date.now() - held.at < FRESH_MS;
  return (fresh && (await held.coming)) || part(url, address());
}

function show(shown, url, done) {
  if (done) shown.querySelector("#just").outerHTML = done;
  document.querySelector(".case").replaceWith(shown);
  document.title = shown.dataset.title;
  if (url !== address()) history.pushState(null, "", url);
  here = url;
  htmx.process(shown);
  scrollTo(0, 0);
  document.getElementById("case-title").focus({ preventScroll: true });
  document.dispatchEvent(new Event("case"));
  setTimeout(look, 300);
}

async function send(form, submitter) {
  const answer = await fetch(form.action, {
    method: "POST", body: new FormData(form, submitter), headers: PART, keepalive: true,
  });
  if (answer.headers.get("content-type")?.startsWith("application/json") && answer.ok) {
    const told = await answer.json();
    const shown = told.next && (await next(told.next).catch(() => null));
    if (shown) show(shown, told.next, told.done);
    else location.assign(told.next ?? told.go);
    return true;
  }
  const refused = read(await answer.text());
  if (refused) show(refused, address());
  return refused !== null;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-onward]")) return;
  event.preventDefault();
  if (form.ariaBusy) return; // Enter was pressed twice
  form.ariaBusy = "true";
  if (await send(form, event.submitter).catch(() => false)) return;
  form.removeAttribute("data-onward");
  form.requestSubmit(event.submitter);
});

// Somebody else changed it meanwhile.
document.body.addEventListener("live-release", (event) => {
  if (ahead?.url.endsWith(`/${event.detail.id}`)) ahead = null;
});
// Back and forward; a link to a place on this page says so, too.
addEventListener("popstate", () => { if (address() !== here) location.reload(); });
addEventListener("load", () => setTimeout(look, 300));
