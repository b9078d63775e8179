// The browser's calendar beside a text input of a day, or of a day and time: what is chosen is written as the person's language
// does. Without this script, or in a browser that cannot open its calendar, the day is typed.
offerCalendars(document);
document.addEventListener("replaced", (event) => offerCalendars(event.target));

function offerCalendars(within) {
  if (!("showPicker" in HTMLInputElement.prototype)) return;
  for (const input of within.querySelectorAll("input[data-date]:not([readonly], :disabled)")) offerCalendar(input);
}

function offerCalendar(input) {
  const hasTime = "time" in input.dataset;
  const picker = element("input", { type: hasTime ? "datetime-local" : "date", tabIndex: -1, ariaHidden: "true" });
  const label = [input.dataset.choose, input.labels?.[0]?.textContent.trim() ?? input.ariaLabel].filter(Boolean).join(": ");
  const button = element("button", { type: "button", className: "btn btn-outline-secondary", title: input.dataset.choose, ariaLabel: label });
  const place = element("span", { className: "date-input" });
  input.before(place);
  place.append(input, button, picker);
  button.addEventListener("click", () => {
    picker.value = machineText(input.value, input.dataset.date, hasTime);
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    input.value = localText(picker.value, input.dataset.date);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  });
}

// `12/05/1980 2:30 p.m.` as `1980-12-05T14:30`; nothing where it is written otherwise.
function machineText(text, order, hasTime) {
  const found = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*(?:([ap])\.?m\.?)?)?\s*$/i.exec(text);
  if (!found) return "";
  const [, first, second, year, hour = "0", minute = "00", half] = found;
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hour);
  return `${year}-${two(month)}-${two(day)}${hasTime ? `T${two(hours)}:${minute}` : ""}`;
}

function localText(text, order) {
  if (!text) return "";
  const [year, month, day, hour, minute] = text.split(/[-T:]/);
  const date = order === "dmy" ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
  if (hour === undefined) return date;
  return `${date} ${order === "dmy" ? `${hour}:${minute}` : `${hour % 12 || 12}:${minute} ${hour < 12 ? "a.m." : "p.m."}`}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
