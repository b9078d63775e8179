// A notice stays until it is dismissed.
for (const button of document.querySelectorAll("[data-dismiss-notice]")) {
  button.hidden = false;
  button.addEventListener("click", () => button.closest("[data-notice]").remove());
}
