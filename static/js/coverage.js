// Coverage: shows what can be judged for the chosen pair, asks consent of a person, and remembers who and where for the next visit.
const box = document.querySelector("[data-coverage]");

if (box) {
  const form = box.closest("form");
  const value = (name) => form.elements[name].value;
  const show = () => {
    const pair = `${value("species")}-${value("body_site")}`;
    const known = value("species") && value("body_site");
    box.querySelectorAll("[data-pair]").forEach((row) => { row.hidden = Boolean(known) && row.dataset.pair !== pair; });
    if (known) box.open = true;
    form.elements.consent.required = value("species") === "human";
  };
  const remember = () => {
    try { localStorage.setItem("asked", JSON.stringify([value("species"), value("body_site")])); } catch { /* storage refused */ }
  };
  try {
    const [species, site] = JSON.parse(localStorage.getItem("asked")) ?? [];
    if (species && !value("species")) form.elements.species.value = species;
    if (site && !value("body_site")) form.elements.body_site.value = site;
  } catch { /* nothing kept */ }
  form.addEventListener("change", (event) => {
    if (["species", "body_site"].includes(event.target.name)) { show(); remember(); }
  });
  show();
}
