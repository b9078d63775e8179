// A field that names a record of another entity: what is typed is sought on the server, arrows choose, and its id is sent.
// Without this script it is a text field that takes the same words.
const DELAY = 200;
let boxes = 0;

class Combobox {
  constructor(input) {
    this.input = input;
    this.choices = [];
    this.active = -1;
    this.asked = 0;
    this.sent = element("input", { type: "hidden", name: input.name, value: input.value });
    this.list = element("ul", { id: `choices-${boxes += 1}`, className: "combobox-list", hidden: true });
    this.status = element("span", { className: "visually-hidden" });
    input.removeAttribute("name");
    if (input.dataset.title) input.value = input.dataset.title;
    this.describe();
    input.after(this.sent, this.list, this.status);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.clicked(event));
  }

  describe() {
    const label = this.input.labels?.[0]?.textContent.trim() ?? "";
    set(this.input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id });
    set(this.list, { role: "listbox", "aria-label": label });
    set(this.status, { role: "status", "aria-live": "polite" });
  }

  typed() {
    this.sent.value = this.input.value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    const mine = this.asked += 1;
    const answer = await fetch(`${this.input.dataset.combobox}?_q=${encodeURIComponent(this.input.value.trim())}`);
    if (!answer.ok || mine !== this.asked || document.activeElement !== this.input) return;
    const found = await answer.json();
    this.status.textContent = found.message;
    this.show(found.choices);
  }

  show(choices) {
    this.choices = choices;
    this.list.replaceChildren(...choices.map((choice, at) => option(choice, `${this.list.id}-${at}`)));
    this.list.hidden = choices.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.activate(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.show([]);
  }

  activate(at) {
    this.active = at;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    const item = this.list.children[at];
    if (item) { this.input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.activate(turned(this.active, event.key === "ArrowDown" ? 1 : -1, this.choices.length));
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.pick(this.active);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  clicked(event) {
    event.preventDefault(); // the focus stays in the field
    const at = [...this.list.children].indexOf(event.target.closest("li"));
    if (at >= 0) this.pick(at);
  }

  pick(at) {
    const choice = this.choices[at];
    this.input.value = choice.title;
    this.sent.value = choice.id;
    this.close();
    this.status.textContent = choice.title;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function option(choice, id) {
  const item = element("li", { id });
  item.setAttribute("role", "option");
  item.append(element("span", { textContent: choice.title }));
  if (choice.detail) item.append(element("small", { textContent: choice.detail }));
  return item;
}

// Round the list, from no choice to the first or the last.
const turned = (at, step, count) => (at < 0 && step < 0 ? count - 1 : (at + step + count) % count);
const element = (name, properties) => Object.assign(document.createElement(name), properties);
const set = (target, attributes) => Object.entries(attributes).forEach(([name, value]) => target.setAttribute(name, value));

for (const input of document.querySelectorAll("input[data-combobox]")) new Combobox(input);
