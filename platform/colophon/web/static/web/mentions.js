// “@” in a field with data-mentions offers people: arrows choose, Enter or Tab takes, Esc closes.
let list = null;
let field = null;
let asked = 0;

const behind = () => {
  const text = field.value.slice(0, field.selectionStart);
  const at = text.lastIndexOf("@");
  if (at < 0 || /[A-Za-z0-9]/.test(text[at - 1] ?? "")) return null;
  const q = text.slice(at + 1);
  return q.length > 0 && q.length <= 40 && !q.includes("\n") ? { at, q } : null;
};

function close() {
  if (!list) return;
  list.remove();
  list = null;
  for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup"]) field?.removeAttribute(name);
}

function mark(option) {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const found = behind();
  if (!found) return close();
  const end = field.selectionStart;
  field.setRangeText(`@${option.dataset.insert} `, found.at, end, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer() {
  const found = behind();
  const mine = ++asked;
  if (!found || found.q.endsWith(" ")) return close();
  const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(found.q)}`);
  if (mine !== asked || !answer.ok) return;
  const held = document.createElement("template");
  held.innerHTML = await answer.text();
  close();
  if (held.content.children.length === 0) return;
  list = document.createElement("ul");
  list.id = "mention-list";
  list.className = "offers sheet";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent ?? "@");
  list.append(held.content);
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-haspopup", "listbox");
  mark(list.firstElementChild);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-mentions]")) return;
  field = event.target;
  offer();
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field || event.isComposing) return;
  const options = [...list.children];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(options[(at + 1) % options.length]);
  else if (event.key === "ArrowUp") mark(options[(at + options.length - 1) % options.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(options[Math.max(at, 0)]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#mention-list [role=option]");
  if (option) { event.preventDefault(); take(option); } else if (event.target !== field) close();
});
document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
