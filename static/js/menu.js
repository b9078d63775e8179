// The command menu: Ctrl or Cmd with K opens it, arrows choose, Enter goes there. Without this script the same is a page.
const DELAY = 120; // ms of silence before the server is asked
const menu = document.querySelector("[data-menu]");
const input = menu.querySelector("input");
const list = menu.querySelector("[role=listbox]");
const status = menu.querySelector("[role=status]");
let active = -1;
let asked = 0;
let timer;

const options = () => [...list.querySelectorAll("[role=option]")];

function open() {
  if (!menu.open) menu.showModal();
  input.select();
  ask();
}

async function ask() {
  const mine = asked += 1;
  const answer = await fetch(`${menu.dataset.menu}?q=${encodeURIComponent(input.value.trim())}`).catch(() => null);
  if (mine !== asked || !menu.open) return;
  if (!answer?.ok) return show({ message: menu.dataset.failed, groups: [] });
  show(await answer.json());
}

function show({ message, groups }) {
  status.textContent = message;
  list.replaceChildren(...groups.map(group));
  options().forEach((item, at) => { item.id = `menu-option-${at}`; });
  input.setAttribute("aria-expanded", String(groups.length > 0));
  activate(input.value.trim() && groups.length ? 0 : -1);
}

function group({ heading, entries }, at) {
  const part = element("div", { className: "menu-group" });
  const title = element("div", { className: "menu-heading", id: `menu-group-${at}`, textContent: heading });
  part.setAttribute("role", "group");
  part.setAttribute("aria-labelledby", title.id);
  title.setAttribute("role", "presentation");
  part.append(title, ...entries.map(option));
  return part;
}

function option({ label, url, detail }) {
  const item = element("div", { className: "menu-option" });
  item.setAttribute("role", "option");
  item.dataset.url = url;
  item.append(element("span", { textContent: label }));
  if (detail) item.append(element("small", { textContent: detail }));
  return item;
}

function activate(at) {
  active = at;
  options().forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
  const item = options()[at];
  if (!item) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

const go = (item) => window.location.assign(item.dataset.url);
const element = (name, properties) => Object.assign(document.createElement(name), properties);

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
});

for (const link of document.querySelectorAll("[data-menu-open]")) {
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // as a link, into another tab
    event.preventDefault();
    open();
  });
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, DELAY);
});

input.addEventListener("keydown", (event) => {
  const count = options().length;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    activate(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
  } else if (event.key === "Enter" && options()[active]) {
    event.preventDefault();
    go(options()[active]);
  } else if (event.key === "Escape") {
    event.preventDefault(); // a search field would only be emptied
    menu.close();
  }
});

list.addEventListener("click", (event) => {
  const item = event.target.closest("[role=option]");
  if (item) go(item);
});

// A click beside it closes it.
menu.addEventListener("click", (event) => {
  if (event.target === menu) menu.close();
});
