// Small things that pages share: take a wording over, load anew when what is awaited has happened.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const field = document.querySelector(button.dataset.fill);
  field.value = button.dataset.with;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// A slider says its value beside it.
document.addEventListener("input", (event) => {
  const said = event.target.matches("input[type=range]") && event.target.parentElement.querySelector("output");
  if (said) said.value = event.target.value;
});

// A page that shows something unfinished waits for the news and then loads once.
if (document.querySelector("[data-reload=live]")) {
  let due = null;
  document.body.addEventListener("live", (event) => {
    if (due || event.detail.kind === "ready" || document.querySelector("form :focus")) return;
    due = setTimeout(() => location.reload(), 400);
  });
  // Who is on their way to another page is not held back here.
  addEventListener("beforeunload", () => clearTimeout(due));
}

// htmx shows errors to nobody: an answer of 400 and above replaces its place like any other.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.status < 500) {
    event.detail.shouldSwap = event.detail.target.hasAttribute("data-shows-errors");
  }
});

// A live region speaks when its words change, not whenever it is written.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.getAttribute("role") === "status" && target.textContent === fragment.textContent) {
    event.detail.shouldSwap = false;
  }
});
