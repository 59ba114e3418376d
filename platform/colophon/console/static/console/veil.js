// The veil over hard material: held or toggled away by one key, as the person has chosen.
const stage = document.querySelector("[data-veil]");
const button = document.querySelector("[data-unveils]");
if (stage && button) {
  const holds = button.dataset.unveils === "hold";
  let down = false; // the key is down: its click by keys.js is not a click of its own
  const mutes = stage.dataset.veil.split(" ").includes("mute");
  const players = mutes ? [...stage.querySelectorAll("audio, video")] : [];
  const show = (on) => {
    stage.toggleAttribute("data-unveiled", on);
    button.setAttribute("aria-pressed", String(on));
    for (const player of players) player.muted = !on;
  };
  const typing = (element) => element.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  addEventListener("keydown", (event) => {
    if (!holds || event.key.toLowerCase() !== "v" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    down = true;
    show(true);
  }, true);
  addEventListener("keyup", (event) => {
    if (!down || event.key.toLowerCase() !== "v") return;
    down = false;
    show(false);
  }, true);
  addEventListener("blur", () => { if (holds) { down = false; show(false); } });
  if (holds) {
    button.addEventListener("pointerdown", () => show(true));
    for (const kind of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(kind, () => show(false));
  }
  // Without a pointer and without the key (a screen reader's own press) the button toggles.
  button.addEventListener("click", (event) => {
    if (down || (holds && event.detail > 0)) return;
    show(!stage.hasAttribute("data-unveiled"));
  });
  for (const player of players) player.muted = true;
}
