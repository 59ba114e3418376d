// Find or do (Ctrl K): a combobox over what this page offers and what the server finds.
// Pattern: ARIA Authoring Practices, editable combobox with list autocomplete. The focus stays in the field.
{
  const dialog = document.getElementById("palette");
  const field = dialog.querySelector("input");
  const list = document.getElementById("palette-list");
  const here = document.getElementById("palette-here");
  const found = document.getElementById("palette-found");
  const note = dialog.querySelector("[data-note]");
  const lately = `colophon-recent-${dialog.dataset.who}`;
  const KEPT = 8;
  const PAGES = { works: "work", console: "case", "studio/projects": "project", boards: "board", "admin/people": "person" };
  let asking = null;
  let timer = null;
  let acts = [];

  // Only kinds and ids are kept in the browser; names are asked for anew, so roles and renames hold.
  const remembered = () => JSON.parse(localStorage.getItem(lately) ?? "[]");
  const at = location.pathname.match(/^\/(works|console|studio\/projects|boards|admin\/people)\/([0-9a-f-]{36})$/);
  if (at) {
    const name = `${PAGES[at[1]]}:${at[2]}`;
    localStorage.setItem(lately, JSON.stringify([name, ...remembered().filter((one) => one !== name)].slice(0, KEPT)));
  }

  function text(element) {
    const label = (element.labels?.[0] ?? element).cloneNode(true);
    for (const key of label.querySelectorAll("kbd")) key.remove();
    const said = element.dataset.does || element.getAttribute("aria-label") || label.textContent;
    return said.replace(/\s+/g, " ").trim();
  }
  const offered = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" &&
    !element.closest("[hidden], dialog") && (element.offsetParent !== null || element.closest(".menu"));
  const visible = () => [...list.querySelectorAll("[role=option]")]
    .filter((one) => !one.hidden && !one.closest("[role=group]").hidden);
  const chosen = () => list.querySelector("[aria-selected=true]");

  function act(element) {
    const option = document.createElement("div");
    const name = document.createElement("span");
    name.textContent = text(element);
    option.setAttribute("role", "option");
    option.id = `act-${acts.length + 1}`;
    option.append(name);
    if (element.dataset.key) {
      option.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key.replace("+", " ") }));
    }
    acts.push({ option, element, words: text(element).toLowerCase() });
    return option;
  }

  function gather() {
    acts = [];
    for (const old of here.querySelectorAll("[role=option]")) old.remove();
    for (const element of document.querySelectorAll("[data-key], [data-command]")) {
      if (offered(element) && element.dataset.key !== "ctrl+k" && text(element)) here.append(act(element));
    }
  }

  function sieve() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of acts) {
      one.option.hidden = !words.every((word) => one.words.includes(word));
      if (!one.option.hidden) shown += 1;
    }
    here.hidden = shown === 0;
  }

  function choose(option) {
    for (const one of list.querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", option.id);
    } else field.removeAttribute("aria-activedescendant");
  }

  function settle(lost) {
    const options = visible();
    choose(options[0] ?? null);
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(options.length > 0));
    note.hidden = !lost && options.length > 0;
    note.textContent = lost ? dialog.dataset.lost : dialog.dataset.none;
    dialog.querySelector("[data-count]").textContent =
      options.length ? dialog.dataset.said.replace("{n}", options.length) : note.textContent;
  }

  async function ask() {
    asking?.abort();
    const mine = asking = new AbortController();
    const query = new URLSearchParams();
    if (field.value.trim()) query.set("q", field.value.trim());
    else for (const one of remembered()) query.append("recent", one);
    try {
      const answer = await fetch(`${dialog.dataset.from}?${query}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      found.innerHTML = await answer.text(); // escaped by the server, as every page is
      settle(false);
    } catch (error) {
      if (error.name !== "AbortError") { found.replaceChildren(); settle(true); }
    }
  }

  function go(option) {
    if (!option) return;
    const held = acts.find((one) => one.option === option);
    dialog.close();
    if (!held) { option.click(); return; }
    if (held.element.matches("input:not([type=radio], [type=checkbox]), select, textarea")) held.element.focus();
    else held.element.click();
  }

  function open() {
    if (dialog.open || document.querySelector("dialog:modal")) return;
    field.value = "";
    found.replaceChildren();
    gather();
    dialog.showModal();
    field.focus();
    sieve();
    settle(false);
    ask();
  }

  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });
  document.addEventListener("keydown", (event) => {
    if (event.metaKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  field.addEventListener("input", () => {
    sieve();
    settle(false);
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the keys of the page behind are not meant
    if (event.isComposing) return;
    const options = visible();
    const now = options.indexOf(chosen());
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + 6, PageUp: now - 6 }[event.key];
    if (to !== undefined && options.length) {
      event.preventDefault();
      const far = event.key.startsWith("Page");
      choose(options[far ? Math.min(Math.max(to, 0), options.length - 1) : (to + options.length) % options.length]);
    } else if (event.key === "Enter") { event.preventDefault(); go(chosen()); }
    else if (event.ctrlKey && event.key.toLowerCase() === "k") { event.preventDefault(); dialog.close(); }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && acts.some((one) => one.option === option)) go(option);
  });
  list.addEventListener("pointermove", (event) => {
    if (!event.movementX && !event.movementY) return; // a list that came up under a pointer at rest
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
