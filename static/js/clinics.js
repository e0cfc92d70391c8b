/* The clinics page: asks for a location only on a press, sends changed filters at once, and draws the map.
   A search by position has no address to come back to: this tab remembers it, rounded, until it is closed. */

import { drawMap } from "./clinics-map.js";

const SECONDS_TO_WAIT = 5;
const DECIMALS = 3; // about 100 m; the server rounds again
const REMEMBERED = "search-by-position";

const part = (name) => document.querySelector(`[data-${name}]`);

begin();
document.addEventListener("htmx:load", arrive, { once: true });
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  begin();
  remember(detail.requestConfig);
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

/** By "around where I am" on a result the press has been made there; back or anew, the page shows what it showed. */
function arrive() {
  const { type } = performance.getEntriesByType("navigation")[0];
  if (type !== "navigate") return bringBack();
  if (location.hash === "#near" && document.referrer.startsWith(location.origin)) ask();
}

function remember({ verb, formData }) {
  if (verb !== "post" || formData.get("q")) return; // a place by its name has an address
  const answers = [...formData].filter(([name]) => name !== "csrfmiddlewaretoken");
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify({ page: location.pathname + location.search, answers }));
  } catch { /* storage refused */ }
}

function bringBack() {
  try {
    const { page, answers } = JSON.parse(sessionStorage.getItem(REMEMBERED)) ?? {};
    if (page === location.pathname + location.search) post(answers);
  } catch { /* storage refused */ }
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
  const filters = [...new FormData(part("find"))];
  post([
    ["lat", coords.latitude.toFixed(DECIMALS)],
    ["lng", coords.longitude.toFixed(DECIMALS)],
    ...filters.filter(([name]) => !["q", "lat", "lng", "page", "csrfmiddlewaretoken"].includes(name)),
  ]);
}

function post(answers) {
  const inputs = answers.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  part("near").append(...inputs);
  part("near").requestSubmit();
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
