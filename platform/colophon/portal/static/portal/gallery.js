// The grid of works by keyboard: arrows move, Space picks, Shift picks as it moves. Links and boxes stay
// what they are without this. One card at a time is in the tab order.
{
const grid = document.querySelector("[data-grid]");
const cards = () => [...grid.querySelectorAll(":scope > .card")];
const handle = (card) => card.querySelector("a.t");
const box = (card) => card.querySelector(".pick input");
const off = () => document.body.dataset.keys === "off" || localStorage.getItem("colophon-keys-off");
const typing = (element) => element.closest("textarea, select, input:not([type=checkbox])") !== null;

function rove(to) {
  for (const card of cards()) {
    handle(card).tabIndex = card === to ? 0 : -1;
    box(card).tabIndex = -1;
  }
}

function columns(all) {
  const top = all[0].offsetTop;
  const next = all.findIndex((card) => card.offsetTop !== top);
  return next < 0 ? all.length : next;
}

function pick(card, on) {
  const field = box(card);
  if (field.checked !== on) field.click();
}

function step(event) {
  const all = cards();
  const at = all.indexOf(event.target.closest(".card"));
  const right = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
  const by = { ArrowRight: right, ArrowLeft: -right, ArrowDown: columns(all), ArrowUp: -columns(all),
    Home: -at, End: all.length - 1 - at }[event.key];
  const to = by === undefined ? undefined : all[at + by];
  if (!to) return by !== undefined;
  rove(to);
  handle(to).focus();
  if (event.shiftKey) { pick(all[at], true); pick(to, true); }
  return true;
}

if (grid) {
  rove(cards()[0]);
  grid.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card && event.target === handle(card)) rove(card);
  });
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !event.target.closest(".card")) return;
    if (event.key === " " && event.target.matches("a")) { const card = event.target.closest(".card"); pick(card, !box(card).checked); }
    else if (!step(event)) return;
    event.preventDefault();
  });
}

// T, M, R, C and Del without a pick are about the card that has the focus; "/" leads to this page's own field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || off()) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("s").focus();
    return;
  }
  if (!grid || !["t", "m", "r", "c", "delete"].includes(event.key.toLowerCase())) return;
  const here = event.target.closest(".card");
  if (!grid.querySelector(".pick :checked")) {
    if (here) pick(here, true);
    else { event.preventDefault(); return; }
  }
}, true);

// A menu of the toolbar opens on its first field.
document.addEventListener("toggle", (event) => {
  if (event.target.matches(".picked details[open]")) event.target.querySelector("input, select")?.focus();
}, true);

// Enter in a menu of the toolbar is that menu's own act, not the first one of the form.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Enter" && event.target.closest(".picked details");
  if (!menu || event.target.matches("summary, button")) return;
  event.preventDefault();
  menu.querySelector("button.ink").click();
});

// What is ticked at the side shows at once.
document.querySelector(".gal > aside")?.addEventListener("change", (event) => {
  if (event.target.matches("input[form=search]")) event.target.form.requestSubmit();
});
}
