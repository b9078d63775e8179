// The look that was chosen, before the page is painted; without a choice the system's. Not a module: it must not wait.
const KEPT = "theme";
const root = document.documentElement;
const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

if (["light", "dark"].includes(localStorage.getItem(KEPT))) root.dataset.theme = localStorage.getItem(KEPT);

addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      localStorage.setItem(KEPT, root.dataset.theme);
      button.setAttribute("aria-pressed", String(isDark()));
    });
  }
});
