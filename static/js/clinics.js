/* The clinics page: asks for a location only on a press, sends changed filters at once, and draws the map. */

import { drawMap } from "./clinics-map.js";

const SECONDS_TO_WAIT = 5;
const DECIMALS = 3; // about 100 m; the server rounds again

const find = document.querySelector("[data-find]");
const near = document.querySelector("[data-near]");
const locate = document.querySelector("[data-locate]");
const status = document.querySelector("[data-locate-status]");

if (find) {
  find.querySelector("[data-apply]").hidden = true;
  find.addEventListener("change", (event) => event.target.name !== "q" && find.requestSubmit());
}
if (find && near && locate) {
  locate.hidden = false;
  locate.addEventListener("click", ask);
}
drawMap(document.querySelector("[data-mapwrap]"));

function ask() {
  if (!("geolocation" in navigator)) return explain("absent");
  status.textContent = status.dataset.asking;
  locate.disabled = true;
  navigator.geolocation.getCurrentPosition(send, refuse, { timeout: SECONDS_TO_WAIT * 1000, maximumAge: 60000 });
}

/** Posts the rounded position with the filters as they stand; it never enters an address. */
function send({ coords }) {
  for (const [name, value] of new FormData(find)) {
    if (["q", "lat", "lng", "page", "csrfmiddlewaretoken"].includes(name)) continue;
    near.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  near.elements.lat.value = coords.latitude.toFixed(DECIMALS);
  near.elements.lng.value = coords.longitude.toFixed(DECIMALS);
  near.submit();
}

function refuse(error) {
  explain({ 1: "refused", 3: "late" }[error.code] ?? "absent");
}

function explain(reason) {
  locate.disabled = false;
  status.textContent = status.dataset[reason];
  find.elements.q.focus();
}
