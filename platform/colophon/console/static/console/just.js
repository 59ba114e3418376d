// How long a decision can still be undone: figures only, nothing moves and nothing is announced.
setInterval(() => {
  for (const shown of document.querySelectorAll("[data-left]")) {
    const left = Number(shown.dataset.left) - 1;
    shown.dataset.left = left;
    shown.textContent = Math.max(0, left);
  }
}, 1000);
