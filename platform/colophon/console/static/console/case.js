// The decision bar: what a verdict needs is offered, and what was typed survives a reload.
const form = document.getElementById("decide");
if (form) {
  const clause = form.elements.clause;
  const reason = form.elements.reason;
  const draft = `colophon-case-${form.dataset.case}`;
  let offered = "";

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

  function keep() {
    const verdict = form.elements.verdict.value;
    sessionStorage.setItem(draft, JSON.stringify({ verdict, clause: clause.value, reason: reason.value }));
  }
  const held = JSON.parse(sessionStorage.getItem(draft) ?? "null");
  if (held && !reason.value) {
    clause.value = held.clause;
    reason.value = held.reason;
    const choice = [...form.elements.verdict].find((one) => one.value === held.verdict && !one.disabled);
    if (choice) choice.checked = true;
  }

  form.addEventListener("submit", (event) => {
    const skips = event.submitter?.hasAttribute("data-needs-reason");
    const missing = skips ? !reason.value.trim() : !form.elements.verdict.value;
    if (missing) {
      event.preventDefault();
      (skips ? reason : [...form.elements.verdict].find((one) => !one.disabled)).focus();
      return;
    }
    sessionStorage.removeItem(draft);
  });
}
// After "submit and next" the reader of the screen begins at the new case.
if (document.querySelector(".notes")) {
  document.getElementById("case-title").focus({ preventScroll: true });
}
