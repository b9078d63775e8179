// Fields are dragged to where they shall stand. A drop presses the button that would have said the same.
const ITEM = "[data-field]";
const PLACES = ".design-column, .design-list, .design-free";
let dragged = null;

const partOf = (element) => element.closest("[data-part]")?.dataset.part ?? "";

function press(form, value) {
  const button = Object.assign(document.createElement("button"), { type: "submit", name: "do", value, hidden: true });
  form.append(button);
  button.click();
  button.remove();
}

function takes(place) {
  if (!dragged || !place) return false;
  return partOf(place) ? partOf(place) === partOf(dragged) : !partOf(dragged);
}

// How many of the place's other items stand above the pointer.
function positionIn(place, y) {
  const others = [...place.querySelectorAll(`:scope > ${ITEM}`)].filter((item) => item !== dragged);
  return others.filter((item) => { const box = item.getBoundingClientRect(); return y > box.top + box.height / 2; }).length;
}

function deed(place, y) {
  const field = dragged.dataset.field;
  if (partOf(place)) return `shift-to ${partOf(place)} ${field} ${positionIn(place, y)}`;
  if (place.matches(".design-free")) return `take ${field}`;
  return `put ${field} ${place.closest("[data-section]").dataset.section} ${place.dataset.column} ${positionIn(place, y)}`;
}

function mark(place) {
  for (const other of document.querySelectorAll(".is-target")) if (other !== place) other.classList.remove("is-target");
  place?.classList.add("is-target");
}

function makeDraggable(root) {
  for (const form of document.querySelectorAll("[data-designer]")) form.classList.add("is-live");
  for (const item of root.querySelectorAll(`[data-designer] ${ITEM}`)) item.draggable = true;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(ITEM) ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.field);
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const place = event.target.closest?.(PLACES);
  const fits = takes(place);
  mark(fits ? place : null);
  if (fits) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const place = event.target.closest?.(PLACES);
  if (!takes(place)) return;
  event.preventDefault();
  press(place.closest("form"), deed(place, event.clientY));
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  mark(null);
});

// What a button beside it would save is saved at once.
document.addEventListener("change", (event) => {
  const chosen = event.target.closest("[data-press]");
  if (chosen) press(chosen.form, chosen.dataset.press);
});

// Said only when the new content stands and has the focus: who acts on what she hears must meet nothing that is still replaced.
document.addEventListener("htmx:afterSettle", () => {
  const told = document.querySelector("[data-designer] [data-said]");
  if (told) document.querySelector("#designer-said").textContent = told.dataset.said;
});

document.addEventListener("htmx:load", (event) => makeDraggable(event.target.parentElement ?? document));
makeDraggable(document);
