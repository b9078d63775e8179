// After htmx has put new content in: the focus goes where it matters, and a screen reader hears what came of it.
const QUIET_MS = 15000; // between two announcements of progress
const announcer = document.querySelector("[data-announcer]");
let said = "";
let saidAt = 0;

const announce = (text) => {
  said = text;
  saidAt = Date.now();
  announcer.textContent = text;
};

const announceProgress = (text) => {
  if (text !== said && Date.now() - saidAt > QUIET_MS) announce(text);
};

const plain = (text) => text.replace(/\s+/g, " ").trim();

document.addEventListener("htmx:afterSettle", () => {
  const progress = document.querySelector("[data-progress-text]");
  if (progress) return announceProgress(plain(progress.textContent));
  const told = document.querySelector("[data-announce]");
  if (told && plain(told.dataset.announce) !== said) announce(plain(told.dataset.announce));
  if (!document.activeElement || document.activeElement === document.body) document.querySelector("[data-focus]")?.focus();
});

// A link to a closed part opens it first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (link) document.querySelector(link.getAttribute("href"))?.setAttribute("open", "");
});
