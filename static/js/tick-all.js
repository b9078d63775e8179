// "All" and "None" for the boxes of a fieldset that asks for it; without this script each is ticked by hand.
for (const fieldset of document.querySelectorAll("fieldset[data-tick-all]")) {
  const boxes = fieldset.querySelectorAll('input[type="checkbox"]');
  const row = document.createElement("p");
  row.className = "export-all";
  for (const [label, ticked] of [[fieldset.dataset.all, true], [fieldset.dataset.none, false]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary";
    button.textContent = label;
    button.addEventListener("click", () => { for (const box of boxes) box.checked = ticked; });
    row.append(button);
  }
  fieldset.querySelector("legend").after(row);
}
