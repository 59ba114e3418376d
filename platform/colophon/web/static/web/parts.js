// What the shared parts do: menus that close, dialogs that open, drop zones, selection, the split.
{

// Menus: one open at a time; Escape closes and gives the focus back; so does a click elsewhere.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  const acts = [...menu.querySelectorAll("a, button:not(:disabled)")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  else if (step && acts.length) {
    const at = acts.indexOf(event.target);
    acts[(at < 0 ? (step > 0 ? 0 : acts.length - 1) : at + step + acts.length) % acts.length].focus();
  } else return;
  event.preventDefault();
});

// Dialogs: data-opens names the one to open; the browser keeps and returns the focus.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.querySelector(opener.dataset.opens).showModal();
});

// Drop zones: files that hover mark the zone; what was chosen is named in its <output>.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.(".drop");
    if (!zone) return;
    zone.toggleAttribute("data-over", kind === "dragover");
    if (kind === "dragleave") return;
    event.preventDefault();
    const field = zone.querySelector("input[type=file]");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const held = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, field.multiple ? undefined : 1)) held.items.add(file);
    field.files = held.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  const said = event.target.closest(".drop")?.querySelector("output");
  if (said) said.textContent = [...event.target.files].map((file) => file.name).join("\n");
});

// Selection: Shift picks the range since the last box; data-pick-all stands for all; data-picked says how many.
let last = null;
const boxes = (form) => [...form.querySelectorAll(".pick input[type=checkbox]:not([data-pick-all])")];
const tally = (form) => {
  const all = boxes(form);
  const n = all.filter((box) => box.checked).length;
  for (const said of form.querySelectorAll("[data-picked]")) said.textContent = said.dataset.picked.replace("{n}", n);
  for (const head of form.querySelectorAll("[data-pick-all]")) {
    head.checked = n > 0 && n === all.length;
    head.indeterminate = n > 0 && n < all.length;
  }
};
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-picks]");
  if (!form || !event.target.matches(".pick input[type=checkbox]")) return;
  const all = boxes(form);
  if (event.target.hasAttribute("data-pick-all")) for (const box of all) box.checked = event.target.checked;
  else {
    const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const box of all.slice(from, to + 1)) box.checked = event.target.checked;
    last = event.target;
  }
  tally(form);
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-pick-none]");
  if (!clear) return;
  const form = clear.closest("[data-picks]");
  for (const box of boxes(form)) box.checked = false;
  tally(form);
  boxes(form)[0]?.focus();
});
for (const form of document.querySelectorAll("[data-picks]")) tally(form);
document.body.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-picks]").forEach(tally));

// The split: a range input over two pictures; where it stands is where the second begins.
const cut = (field) => field.closest(".split").style.setProperty("--cut", `${field.value}%`);
document.addEventListener("input", (event) => { if (event.target.matches(".split > input")) cut(event.target); });
for (const field of document.querySelectorAll(".split > input")) cut(field);
}
