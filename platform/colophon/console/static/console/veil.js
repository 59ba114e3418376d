// The veil over hard material: held or toggled away by one key, as the person has chosen.
// Found anew each time, since the next case comes into the same page.
const stage = () => document.querySelector("[data-veil]");
const button = () => document.querySelector("[data-veil] [data-unveils]");
const holds = () => button()?.dataset.unveils === "hold";
let down = false; // the key is down: its click by keys.js is not a click of its own

const mute = (on) => {
  if (!stage()?.dataset.veil.split(" ").includes("mute")) return;
  for (const player of stage().querySelectorAll("audio, video")) player.muted = on;
};
const show = (on) => {
  stage().toggleAttribute("data-unveiled", on);
  button().setAttribute("aria-pressed", String(on));
  mute(!on);
};
const typing = (element) => element.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
const bare = (event) => event.key.toLowerCase() === "v" && !event.ctrlKey && !event.metaKey && !event.altKey;
const drop = () => {
  if (!down) return;
  down = false;
  if (button()) show(false);
};

addEventListener("keydown", (event) => {
  if (!holds() || !bare(event) || typing(event.target)) return;
  down = true;
  show(true);
}, true);
addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "v") drop(); }, true);
addEventListener("blur", () => { down = false; if (holds()) show(false); });
const pressed = (event) => holds() && event.target.closest?.("[data-unveils]");
document.addEventListener("pointerdown", (event) => { if (pressed(event)) show(true); });
for (const kind of ["pointerup", "pointerout", "pointercancel"]) {
  document.addEventListener(kind, (event) => { if (pressed(event)) show(false); });
}
// Without a pointer and without the key (a screen reader's own press) the button toggles.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unveils]") || down || (holds() && event.detail > 0)) return;
  show(!stage().hasAttribute("data-unveiled"));
});
document.addEventListener("case", () => { down = false; mute(true); });
mute(true);
