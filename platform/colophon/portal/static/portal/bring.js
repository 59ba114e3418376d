// Files come in pieces and can go on after a break: choose or drop the same file again and it goes on
// where it stopped, also after the page was loaded anew. Refused files say why; the others go on.
const PIECE = 1024 * 1024;
const form = document.getElementById("bringing");
const list = document.getElementById("loads");
const ready = document.getElementById("ready");
const words = form.dataset;
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

const send = (path, options) =>
  fetch(path, { ...options, headers: { "X-CSRFToken": token(), ...options.headers } });

async function digest(file) {
  if (!crypto.subtle) return "";
  const held = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(held)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function line(file) {
  const item = document.getElementById("load-row").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = file.name;
  item.querySelector("progress").setAttribute("aria-label", file.name);
  item.querySelector("button").setAttribute("aria-label", `${words.stop} ${file.name}`);
  list.append(item);
  return item;
}

function show(item, share) {
  item.querySelector("progress").value = share;
  item.querySelector("[data-share]").textContent = `${Math.floor(share)} %`;
}

function fail(item, text) {
  item.querySelector("progress").remove();
  item.querySelector("button").remove();
  const said = item.appendChild(document.createElement("small"));
  said.className = "word fail";
  said.textContent = text;
}

async function why(response) {
  const said = await response.json().catch(() => ({ title: `${response.status}` }));
  return `${said.title} ${said.detail ?? ""}`;
}

async function place(file) {
  const sha256 = await digest(file);
  const held = await (await send(words.waiting, {})).json();
  const same = held.files.find((one) => one.name === file.name && one.size === file.size && !one.whole);
  if (same) return { id: same.id, offset: same.offset };
  const response = await send(words.begin, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: file.name, size: file.size, sha256 }),
  });
  if (!response.ok) throw new Error(await why(response));
  return { id: (await response.json()).id, offset: 0 };
}

async function pieces(file, item, at) {
  const path = `${words.begin}/${at.id}`;
  for (let { offset } = at, tries = 0; offset < file.size; ) {
    if (item.dataset.stopped) { await send(path, { method: "DELETE" }); item.remove(); return false; }
    let response = null;
    try {
      response = await send(path, {
        method: "PATCH",
        headers: { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" },
        body: file.slice(offset, offset + PIECE),
      });
    } catch { /* the network broke: ask where to go on */ }
    if (response?.ok) { offset = Number(response.headers.get("Upload-Offset")); tries = 0; }
    else if ((response && response.status !== 409 && response.status < 500) || ++tries > 6) {
      throw new Error(response ? await why(response) : words.lost);
    } else {
      await new Promise((go) => setTimeout(go, 500 * 2 ** tries));
      const where = await send(path, { method: "HEAD" }).catch(() => null);
      if (where?.ok) offset = Number(where.headers.get("Upload-Offset"));
      else if (where?.status === 404) throw new Error(response ? await why(response) : words.lost);
    }
    show(item, (100 * offset) / file.size);
  }
  return true;
}

async function bring(file) {
  const item = line(file);
  item.querySelector("button").addEventListener("click", () => { item.dataset.stopped = "1"; });
  try {
    const at = await place(file);
    document.querySelector(`[data-half="${at.id}"]`)?.remove();
    if (!(await pieces(file, item, at))) return;
    const row = await (await send(`${words.begin}/${at.id}`, {})).text();
    ready.insertAdjacentHTML("beforeend", row); // our own template, everything in it escaped
    item.remove();
  } catch (error) { fail(item, error.message); }
}

// "Bring in" pressed while files still come is kept, and done once they have come whole.
const waits = document.getElementById("waits");
let coming = 0;
let pressed = false;

async function all(files) {
  coming += files.length;
  const failed = list.querySelectorAll(".fail").length;
  for (const file of files) { await bring(file); coming -= 1; }
  if (coming || !pressed) return;
  pressed = false;
  if (list.querySelectorAll(".fail").length > failed) waits.textContent = words.partly;
  else {
    waits.textContent = "";
    if (ready.children.length) form.requestSubmit(); // every one of them may have been stopped
  }
}

form.addEventListener("submit", (event) => {
  if (!coming) return;
  event.preventDefault();
  pressed = true;
  waits.textContent = words.coming;
});

const drop = form.querySelector(".drop");
const input = drop.querySelector("input");
input.addEventListener("change", async () => {
  const files = [...input.files];
  input.value = ""; // what comes in pieces is not sent a second time with the form
  drop.querySelector("output").textContent = "";
  await all(files);
});

form.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-discard]");
  if (!button) return;
  await send(`${words.begin}/${button.dataset.discard}`, { method: "DELETE" });
  button.closest("li").remove();
});
