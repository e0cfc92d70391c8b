/* The clinics page: asks for a location only on a press, sends changed filters at once, and draws the map. */

import { drawMap } from "./clinics-map.js";

const SECONDS_TO_WAIT = 5;
const DECIMALS = 3; // about 100 m; the server rounds again

const part = (name) => document.querySelector(`[data-${name}]`);

begin();
document.addEventListener("htmx:afterSwap", () => {
  begin();
  part("found-status").textContent = document.querySelector(".outcome-count, .outcome-none, .finder-error")?.textContent.trim() ?? "";
});
// "More results" stands outside the form it sends; htmx leaves its value out.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name) detail.formData.set(button.name, button.value);
  detail.path = button?.getAttribute("formaction") ?? detail.path;
});
// What cannot be shown in place is asked for again as a whole page, which says what is the matter.
document.addEventListener("htmx:responseError", ({ target }) => target.submit?.());
document.addEventListener("htmx:sendError", ({ target }) => target.submit?.());

function begin() {
  const find = part("find");
  if (find) {
    part("apply").hidden = true;
    find.addEventListener("change", (event) => event.target.name !== "q" && find.requestSubmit());
    part("locate").hidden = false;
    part("locate").addEventListener("click", ask);
  }
  drawMap(part("mapwrap"));
}

function ask() {
  if (!("geolocation" in navigator)) return explain("absent");
  const status = part("locate-status");
  status.textContent = status.dataset.asking;
  part("locate").disabled = true;
  navigator.geolocation.getCurrentPosition(send, refuse, { timeout: SECONDS_TO_WAIT * 1000, maximumAge: 60000 });
}

/** Posts the rounded position with the filters as they stand; it never enters an address. */
function send({ coords }) {
  const near = part("near");
  for (const [name, value] of new FormData(part("find"))) {
    if (["q", "lat", "lng", "page", "csrfmiddlewaretoken"].includes(name)) continue;
    near.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  near.elements.lat.value = coords.latitude.toFixed(DECIMALS);
  near.elements.lng.value = coords.longitude.toFixed(DECIMALS);
  near.requestSubmit();
}

function refuse(error) {
  explain({ 1: "refused", 3: "late" }[error.code] ?? "absent");
}

function explain(reason) {
  const status = part("locate-status");
  part("locate").disabled = false;
  status.textContent = status.dataset[reason];
  part("find").elements.q.focus();
}
