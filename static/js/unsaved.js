// The save bar says when a form holds changes, and leaving asks first.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let changed = false;
  const note = form.querySelector("[data-unsaved-note]");
  form.addEventListener("input", () => {
    changed = true;
    if (note) note.hidden = false;
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
