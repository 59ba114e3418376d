// Keys printed on the page: an element with data-key="a" is clicked (a field: focused) by that key.
// Single letters count outside fields only and can be switched off; ? lists them all.
const OFF = "colophon-keys-off";
const NAMES = { ctrl: "ctrlKey", alt: "altKey", shift: "shiftKey" };

// Off for this person everywhere, or in this browser.
const off = () => document.body.dataset.keys === "off" || localStorage.getItem(OFF);

const typing = (element) =>
  element.closest("textarea, select, [contenteditable]") !== null ||
  (element.matches("input") && !["radio", "checkbox", "button", "submit"].includes(element.type));

function parse(text) {
  const parts = text.split("+");
  return { key: parts.pop().toLowerCase(), mods: parts.map((part) => NAMES[part]) };
}

function meant(event) {
  const modal = document.querySelector("dialog:modal");  // what lies behind one is out of reach
  for (const element of document.querySelectorAll("[data-key]")) {
    const { key, mods } = parse(element.dataset.key);
    const held = ["ctrlKey", "altKey", "metaKey"].filter((name) => event[name]);
    if (event.key.toLowerCase() !== key || held.length !== mods.length) continue;
    if (!mods.every((name) => event[name])) continue;
    if (mods.length === 0) {
      if (typing(event.target)) continue;
      if (key.length === 1 && off()) continue;
      // Enter on a link or a button is that link's or button's own.
      if (key === "enter" && event.target.closest("a, button, summary")) continue;
    }
    if (modal && !modal.contains(element)) continue;
    if (element.disabled || element.closest("[hidden], dialog:not([open])")) continue;
    return element;
  }
  return null;
}

function list() {
  const dialog = document.getElementById("keys");
  const rows = dialog.querySelector("[data-keylist]");
  rows.replaceChildren();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = document.createElement("dt");
    key.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
    const what = document.createElement("dd");
    const label = element.labels?.[0] ?? element;
    what.textContent = element.dataset.does || element.getAttribute("aria-label") ||
      label.textContent.replace(/\s+/g, " ").trim();
    rows.append(key, what);
  }
  dialog.querySelector("[data-keys-off]").checked = Boolean(localStorage.getItem(OFF));
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "?" && !typing(event.target)) { event.preventDefault(); list(); return; }
  if (event.key === "Escape" && event.target.matches("input, textarea")) { event.target.blur(); return; }
  const element = meant(event);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input[type=radio], input[type=checkbox]")) { element.focus(); element.click(); }
  else if (element.matches("input, select, textarea")) element.focus();
  else element.click();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-off]")) return;
  if (event.target.checked) localStorage.setItem(OFF, "1"); else localStorage.removeItem(OFF);
});
