/* The print button: the browser's own print and "save as PDF", with every note unfolded. */

const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const folded = new Set();
addEventListener("beforeprint", () => {
  for (const note of document.querySelectorAll("main details:not([open])")) {
    folded.add(note);
    note.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const note of folded) note.open = false;
  folded.clear();
});
