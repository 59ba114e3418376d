// Players that are compared run together: what one does, all do. A player that is set follows in silence.
{
const players = [...document.querySelectorAll("[data-players] :is(audio, video)")];
const note = document.querySelector("[data-together]");
if (players.length > 1 && note) {
  note.hidden = false;
  const together = note.querySelector("input");
  let leader = null;

  const follow = (event) => {
    if (!together.checked || (leader && leader !== event.target)) return;
    leader = event.target;
    for (const other of players) {
      if (other === leader) continue;
      if (event.type !== "play" && event.type !== "pause" || Math.abs(other.currentTime - leader.currentTime) > 0.2) {
        other.currentTime = Math.min(leader.currentTime, other.duration || leader.currentTime);
      }
      other.playbackRate = leader.playbackRate;
      if (event.type === "play") { other.muted = true; other.play().catch(() => {}); }
      if (event.type === "pause") other.pause();
    }
    // What the followers do of this is no order of theirs.
    setTimeout(() => { leader = null; }, 120);
  };
  for (const player of players) {
    for (const kind of ["play", "pause", "seeked", "ratechange"]) player.addEventListener(kind, follow);
  }
}
}
