// The decision bar: what a verdict needs is offered, and what was typed is kept on the server.
const form = document.getElementById("decide");
if (form) {
  const clause = form.elements.clause;
  const reason = form.elements.reason;
  const canned = document.getElementById("canned");
  const line = document.getElementById("draft");
  let offered = "";
  let due = 0;

  const words = () => clause.selectedOptions[0]?.dataset.text ?? "";
  const offer = () => {
    if (reason.value && reason.value !== offered) return; // somebody wrote this: leave it
    offered = words();
    reason.value = offered;
  };

  // To refuse or return takes a clause and a reason: the clause that decides, in the author's words.
  form.addEventListener("change", (event) => {
    if (event.target === clause) offer();
    if (event.target.name === "verdict") {
      const turnsDown = ["refuse", "return"].includes(event.target.value);
      if (turnsDown && !clause.value) {
        const deciding = clause.querySelector("[data-deciding]");
        if (deciding) { deciding.selected = true; offer(); }
      }
      if (!turnsDown && offered && reason.value === offered) { reason.value = ""; clause.value = ""; offered = ""; }
    }
    keep();
  });
  form.addEventListener("input", keep);
  // Questions, labels and the message stand beside the evidence but belong to this form.
  for (const field of form.elements) if (!form.contains(field)) field.addEventListener("input", keep);

  // A canned reason is offered for the clause chosen, and for any; taking one replaces the words.
  const narrow = () => {
    for (const one of canned?.options ?? []) {
      one.hidden = Boolean(one.dataset.clause) && one.dataset.clause !== clause.value;
    }
  };
  narrow();
  clause.addEventListener("change", narrow);
  canned?.addEventListener("change", () => {
    if (!canned.value) return;
    reason.value = offered = canned.value;
    if (!clause.value) clause.value = canned.selectedOptions[0].dataset.clause || "";
    keep();
  });

  function keep() {
    clearTimeout(due);
    due = setTimeout(send, 600);
  }
  async function send() {
    due = 0;
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form) });
    if (answer.ok) line.innerHTML = await answer.text(); // a line of our own, escaped by the server
  }
  // Whoever leaves within the 600 ms has typed for nothing otherwise.
  addEventListener("pagehide", () => {
    if (due) navigator.sendBeacon(form.dataset.draft, new FormData(form));
  });

  form.addEventListener("submit", (event) => {
    const skips = event.submitter?.hasAttribute("data-needs-reason");
    const missing = skips ? !reason.value.trim() : !form.elements.verdict.value;
    if (missing) {
      event.preventDefault();
      (skips ? reason : [...form.elements.verdict].find((one) => !one.disabled)).focus();
      return;
    }
    clearTimeout(due); // a draft that arrived after the decision would outlive it
    due = 0;
  });
}
// After "submit and next" the reader of the screen begins at the new case.
if (document.querySelector(".notes, .just")) {
  document.getElementById("case-title").focus({ preventScroll: true });
}
