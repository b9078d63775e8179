// Of the fields to show only those of the chosen entity are offered; without this script they stand there by entity.
for (const fields of document.querySelectorAll("select[data-fields-of]")) {
  const entity = fields.form.elements[fields.dataset.fieldsOf];
  const all = [...fields.children];
  const isOffered = (part) => part.tagName === "OPTION" || part.firstElementChild.value.startsWith(`${entity.value}.`);
  const narrow = () => {
    const chosen = fields.value;
    fields.replaceChildren(...all.filter(isOffered));
    fields.value = chosen.startsWith(`${entity.value}.`) ? chosen : "";
  };
  entity.addEventListener("change", narrow);
  narrow();
}
