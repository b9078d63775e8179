// The numbers beside the conditions of a rule follow what is changed in them: the page is asked for again and its numbers are taken
// over, never what somebody is typing in. Until they are there it is said that they are older. Without this script a button counts.
const DELAY = 500;

class RuleBuilder {
  constructor(form) {
    this.form = form;
    this.note = form.querySelector("[data-stale-note]");
    for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => this.changed(event));
  }

  changed({ type, target }) {
    const isText = target.name === "rule";
    if (!isText && (!target.name?.startsWith("b-") || target.name.startsWith("b-new-"))) return;
    this.asked?.abort();
    clearTimeout(this.timer);
    this.note.hidden = false;
    if (isText && type === "input") return;
    this.timer = setTimeout(() => this.ask(target), DELAY);
  }

  async ask(target) {
    this.asked = new AbortController();
    const answer = await fetch(this.address(), { signal: this.asked.signal }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const text = await answer.text().catch(() => null);
    const page = new DOMParser().parseFromString(text ?? "", "text/html");
    if (this.input(page, "b-text")) this.show(page, target);
  }

  address() {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (!name.startsWith("b-new-")) sent.append(name, value);
    sent.append("b-act", "show");
    return `${location.pathname}?${sent}`;
  }

  show(page, target) {
    this.note.hidden = true;
    const texts = ["b-text", "rule"].map((name) => [name, this.input(page, name).value]);
    if (target.name === "rule") this.replace(page, ".builder");
    else if (target.matches("[name^=b-op-], [name^=b-function-]")) this.replaceClause(page, target);
    for (const left of page.querySelectorAll("[data-left]")) {
      this.form.querySelector(`[data-left="${left.dataset.left}"]`)?.replaceChildren(...left.childNodes);
    }
    this.replace(page, "#preview");
    for (const [name, text] of texts) this.input(this.form, name).value = text;
    this.announce();
  }

  // With other inputs for another operator, which keeps the focus.
  replaceClause(page, target) {
    const had = document.activeElement === target;
    this.replace(page, `[data-clause="${target.closest("[data-clause]").dataset.clause}"]`);
    if (had) this.input(this.form, target.name)?.focus();
  }

  replace(page, selector) {
    const [old, fresh] = [this.form.querySelector(selector), page.querySelector(`form ${selector}`)];
    if (!old || !fresh) return;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    fresh.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
  }

  input(within, name) {
    return within.querySelector(`[name="${name}"]`);
  }

  announce() {
    const found = this.form.querySelector("[data-announce]");
    if (found) document.querySelector("[data-announcer]").textContent = found.dataset.announce.replace(/\s+/g, " ").trim();
  }
}

for (const form of document.querySelectorAll("form[data-rule-builder]")) new RuleBuilder(form);
