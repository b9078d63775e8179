// A box that narrows a list of the page to the entries that hold what is typed, without regard to case and accents.
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-find-in]")) return;
  const wanted = folded(target.value.trim());
  let found = 0;
  for (const entry of document.getElementById(target.dataset.findIn).children) {
    entry.hidden = !folded(entry.textContent).includes(wanted);
    if (!entry.hidden) found += 1;
  }
  const none = document.querySelector(`[data-none-in="${target.dataset.findIn}"]`);
  if (none) none.hidden = found > 0;
});

// Enter would send the form that the box stands in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-find-in]")) event.preventDefault();
});
