// Fields that are shown or required by what is typed elsewhere in the form: the server, which has the last word, is asked while
// one types. Without this script they come and go when the form is saved.
const DELAY = 250;

class Conditional {
  constructor(form) {
    this.form = form;
    this.places = [...form.querySelectorAll("[data-place]")];
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const answer = await fetch(location.href, { method: "POST", body: this.typed(), signal: this.asked.signal }).catch(() => null);
    if (answer?.ok && !answer.redirected) this.show(await answer.json());
  }

  // Files stay here until the form is saved.
  typed() {
    const data = new FormData(this.form);
    for (const input of this.form.querySelectorAll("input[type=file]")) data.delete(input.name);
    data.set("_look", "1");
    return data;
  }

  show(looks) {
    const before = this.seen();
    for (const place of this.places) {
      const look = looks[place.dataset.place];
      if (look) dress(place, look);
    }
    for (const section of this.form.querySelectorAll(".record-section")) section.hidden = isBare(section);
    this.tell(before, this.seen());
  }

  seen() {
    return this.places.filter((place) => !place.hidden);
  }

  tell(before, after) {
    const { appeared, vanished } = this.form.dataset;
    const said = [[appeared, after.filter((place) => !before.includes(place))], [vanished, before.filter((place) => !after.includes(place))]];
    const text = said.filter(([, places]) => places.length).map(([words, places]) => `${words} ${places.map(nameOf).join(", ")}.`).join(" ");
    if (text) document.querySelector("[data-announcer]").textContent = text;
  }
}

function dress(place, look) {
  place.hidden = !look.shown;
  const label = place.querySelector(".form-label");
  if (label && label.textContent.trim() !== look.label) label.textContent = look.label;
  for (const input of place.querySelectorAll("input:not([type=hidden], [type=checkbox]), select, textarea")) {
    if (look.required) input.setAttribute("aria-required", "true");
    else input.removeAttribute("aria-required");
  }
}

const nameOf = (place) => place.querySelector("label, legend, .form-label")?.textContent.trim() ?? place.dataset.place;
const isBare = (section) => [...section.querySelectorAll("[id^=div_id_]")].every((field) => field.closest("[data-place][hidden]"));

for (const form of document.querySelectorAll("form[data-conditional]")) new Conditional(form);
