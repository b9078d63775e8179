// A cluster that was found and switched stays when the next search takes the place of what was found.
const chosen = document.getElementById("clusters-chosen");
const found = document.getElementById("clusters-found");

found?.addEventListener("change", ({ target }) => {
  const line = target.closest("li");
  if (!line || !target.matches("[role=switch]")) return;
  chosen.append(line);
  target.focus();
});

// Enter would save the record.
document.querySelector("[data-find]")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
// What is looked for is no change of the record.
document.querySelector("[data-find]")?.addEventListener("input", (event) => event.stopPropagation());
