// The editors' desk: one tab for each language, and a preview that follows the writing. Without this file both
// languages stand below each other, and the preview opens by its button.

const WAIT_MS = 400;

function tabs(box) {
  const panels = [...box.querySelectorAll(":scope > .inline-group")];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.className = "desk-tabs";
  list.setAttribute("role", "tablist");
  const buttons = panels.map((panel, place) => tab(panel, place));
  const choose = (place) => panels.forEach((panel, other) => {
    panel.hidden = other !== place;
    buttons[other].setAttribute("aria-selected", String(other === place));
    buttons[other].tabIndex = other === place ? 0 : -1;
  });
  buttons.forEach((button, place) => button.addEventListener("click", () => choose(place)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(place);
    buttons[place].focus();
  });
  list.append(...buttons);
  box.prepend(list);
  const wrong = panels.findIndex((panel) => panel.querySelector(".errorlist"));
  choose(Math.max(wrong, 0)); // a refused tab is the one to look at
}

function tab(panel, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = `desk-tab-${place}`;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", panel.id);
  button.textContent = panel.querySelector("h2")?.textContent.trim() ?? String(place + 1);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", button.id);
  return button;
}

function preview(pane) {
  const form = pane.closest("form");
  let timer, latest = 0;
  const show = async () => {
    const mine = ++latest;
    const answer = await fetch(pane.dataset.preview, { method: "POST", body: new FormData(form) });
    if (!answer.ok || mine !== latest) return; // an older answer must not cover a newer one
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    pane.replaceChildren(...page.querySelectorAll(".desk-pages"));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT_MS);
  });
  show();
}

document.querySelectorAll("[data-tabs]").forEach(tabs);
document.querySelectorAll("[data-preview]").forEach(preview);
