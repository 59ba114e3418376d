// The decision bar: what a verdict needs is offered, and what was typed is kept on the server.
// It listens on the document, since the next case comes into the same page.
const bar = (field) => (field.form?.id === "decide" ? field.form : null);
const words = (clause) => clause.selectedOptions[0]?.dataset.text ?? "";
let offered = "";
let due = 0;

const offer = ({ clause, reason }) => {
  if (reason.value && reason.value !== offered) return; // somebody wrote this: leave it
  offered = words(clause);
  reason.value = offered;
};

const narrow = () => {
  const form = document.getElementById("decide");
  for (const one of form?.querySelector("#canned")?.options ?? []) {
    one.hidden = Boolean(one.dataset.clause) && one.dataset.clause !== form.elements.clause.value;
  }
};

// To refuse or return takes a clause and a reason: the clause that decides, in the author's words.
const chosen = (verdict, { clause, reason }) => {
  const turnsDown = ["refuse", "return"].includes(verdict);
  if (turnsDown && !clause.value) {
    const deciding = clause.querySelector("[data-deciding]");
    if (deciding) { deciding.selected = true; offer({ clause, reason }); }
  }
  if (!turnsDown && offered && reason.value === offered) { reason.value = ""; clause.value = ""; offered = ""; }
};

// A canned reason is offered for the clause chosen, and for any; taking one replaces the words.
const take = (canned, { clause, reason }) => {
  if (!canned.value) return;
  reason.value = offered = canned.value;
  if (!clause.value) clause.value = canned.selectedOptions[0].dataset.clause || "";
};

document.addEventListener("change", ({ target }) => {
  const form = bar(target);
  if (!form) return;
  if (target.name === "clause") { offer(form.elements); narrow(); }
  if (target.name === "verdict") chosen(target.value, form.elements);
  if (target.id === "canned") take(target, form.elements);
  keep(form);
});
// Questions, labels and the message stand beside the evidence but belong to this form.
document.addEventListener("input", ({ target }) => {
  const form = bar(target);
  if (form) keep(form);
});

function keep(form) {
  clearTimeout(due);
  due = setTimeout(send, 600, form);
}
async function send(form) {
  due = 0;
  const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form) });
  const line = form.querySelector("#draft");
  if (answer.ok) line.innerHTML = await answer.text(); // a line of our own, escaped by the server
}
// Whoever leaves within the 600 ms has typed for nothing otherwise.
addEventListener("pagehide", () => {
  const form = document.getElementById("decide");
  if (due && form) navigator.sendBeacon(form.dataset.draft, new FormData(form));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "decide") return;
  if (!form.querySelector("[name=verdict]:checked")) {
    event.preventDefault();
    form.querySelector("[name=verdict]:enabled").focus();
    return;
  }
  clearTimeout(due); // a draft that arrived after the decision would outlive it
  due = 0;
});

document.addEventListener("case", () => { offered = ""; narrow(); });
narrow();
// After "submit and next" the reader of the screen begins at the new case.
if (document.querySelector(".notes, .just")) {
  document.getElementById("case-title").focus({ preventScroll: true });
}
