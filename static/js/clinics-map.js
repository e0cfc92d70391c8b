/* The region map: outlines, distance rings and numbered pins, drawn by Leaflet from data that came with the page. */

const KOREA = [[33.0, 125.0], [38.7, 131.95]]; // from Marado to Dokdo
const PRECISION = 1e4; // outlines are whole numbers of 0.0001 degrees
const NAMES_SHOWN = 14;
const LETTER_PX = 8; // a Hangul syllable takes about two
const PIN_SIZE = [34, 44]; // pixels
const PIN_EDGE = 4; // pixels by which a pin may touch a name
const PIN_STEP = 50; // a nearer clinic's pin lies in front: Leaflet stacks by pixels down the map, and pins overlap within 44
const TOP = 100000; // above and below 200 pins
const NAME_TALL = 12; // half a name's height, with air
const ZOOM_SIZE = [62, 108]; // of the corner that the two buttons take
const PIN = '<svg viewBox="0 0 34 44" aria-hidden="true"><path d="M17 42C10 30 2 25 2 16a15 15 0 0 1 30 0c0 9-8 14-15 26Z"/></svg>';

/** Fills the map box; without Leaflet or data the box stays hidden and the list stands alone. */
export function drawMap(wrap) {
  const data = wrap && JSON.parse(wrap.querySelector("#clinic-map").value);
  if (!data || !window.L) return;
  wrap.hidden = false;
  const box = wrap.querySelector("[data-map]");
  const map = window.L.map(box, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  window.L.control.zoom({ position: "topright", zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  map.fitBounds(view(data));
  map.setMinZoom(map.getZoom() - 1.5);
  map.createPane("words").style.zIndex = 450; // above the outlines, below the pins
  drawRegions(map, data.regions);
  if (data.origin) drawRings(map, data, box.dataset.here);
  const pins = data.pins.map((pin) => drawPin(map, pin));
  const sort = () => keepApart(map, pins);
  map.on("zoomend", sort);
  sort();
  nameRegions(map, data);
}

function view({ origin, reach }) {
  return origin ? window.L.latLng(origin).toBounds(reach * 2100) : KOREA; // metres across, with a little air
}

function drawRegions(map, regions) {
  for (const { rings, tint } of regions) {
    window.L.polygon(rings.map((ring) => [decode(ring)]), { className: `region t${tint}`, interactive: false }).addTo(map);
  }
}

function drawRings(map, { origin, rings }, here) {
  for (const { km, label } of rings) {
    window.L.circle(origin, { radius: km * 1000, className: "ring", interactive: false }).addTo(map);
    const south = [origin[0] - km / 111.2, origin[1]];
    words(map, south, "ring-label", label);
  }
  const icon = window.L.divIcon({ className: "here", iconSize: [22, 22] });
  const marker = window.L.marker(origin, { icon, zIndexOffset: -TOP, interactive: false, keyboard: false }).addTo(map);
  marker.getElement().setAttribute("role", "img");
  marker.getElement().setAttribute("aria-label", here);
}

/** A pin leads to its row of the list, which carries the same number. */
function drawPin(map, { number, at, label, state }) {
  const icon = window.L.divIcon({ className: `pin ${state}`, html: `${PIN}<b>${Number(number)}</b>`, iconSize: PIN_SIZE, iconAnchor: [17, 42] });
  const marker = window.L.marker(at, { icon, riseOnHover: true, riseOffset: TOP, zIndexOffset: -PIN_STEP * number }).addTo(map);
  const element = marker.getElement();
  element.setAttribute("aria-label", label);
  element.dataset.number = number;
  marker.on("click keypress", ({ type, originalEvent }) => {
    if (type === "click" || originalEvent.key === "Enter") location.hash = `c${number}`;
  });
  return marker;
}

/** A pin that a nearer clinic's covers is a picture only, until somebody looks closer; the list names it all the same. */
function keepApart(map, pins) {
  const free = [];
  for (const pin of pins) {
    const spot = map.latLngToContainerPoint(pin.getLatLng());
    const covered = free.some((other) => Math.abs(other.x - spot.x) < PIN_SIZE[0] && Math.abs(other.y - spot.y) < PIN_SIZE[1]);
    if (!covered) free.push(spot);
    const element = pin.getElement();
    element.toggleAttribute("tabindex", !covered);
    element.setAttribute("role", covered ? "presentation" : "button");
    element.ariaHidden = covered ? "true" : null;
    if (!covered) element.tabIndex = 0;
  }
}

/** Names of the nearest regions, as long as they fit into the map and nothing covers them. */
function nameRegions(map, { regions, pins }) {
  const labels = window.L.layerGroup().addTo(map);
  const draw = () => {
    labels.clearLayers();
    const taken = [zoomButtons(map), ...pins.map((pin) => pinBox(map, pin))];
    let free = NAMES_SHOWN;
    for (const { name, label } of regions) {
      const spot = { ...map.latLngToContainerPoint(label), half: halfWidth(name), tall: NAME_TALL };
      if (!free || !fits(spot, map.getSize()) || taken.some((other) => covers(spot, other))) continue;
      taken.push(spot);
      free -= 1;
      words(labels, label, "region-name", name);
    }
  };
  map.on("moveend", draw);
  draw();
}

function zoomButtons(map) {
  const [wide, high] = ZOOM_SIZE;
  return { x: map.getSize().x - wide / 2, y: high / 2, half: wide / 2, tall: high / 2 };
}

function pinBox(map, { at }) {
  const [wide, high] = PIN_SIZE;
  const { x, y } = map.latLngToContainerPoint(at);
  return { x, y: y - high / 2, half: wide / 2 - PIN_EDGE, tall: high / 2 - PIN_EDGE };
}

function halfWidth(name) {
  return ([...name].reduce((sum, letter) => sum + (letter > "\u1100" ? 2 : 1), 0) * LETTER_PX) / 2;
}

function fits({ x, y, half }, size) {
  return x > half && x < size.x - half && y > 14 && y < size.y - 30;
}

function covers(one, other) {
  return Math.abs(one.x - other.x) < one.half + other.half + 4 && Math.abs(one.y - other.y) < one.tall + other.tall;
}

function words(layer, at, className, text) {
  const span = Object.assign(document.createElement("span"), { textContent: text, ariaHidden: "true" });
  const icon = window.L.divIcon({ className, html: span, iconSize: [0, 0] });
  window.L.marker(at, { icon, pane: "words", interactive: false, keyboard: false }).addTo(layer);
}

/** Google's polyline text, as (latitude, longitude) pairs. */
function decode(text) {
  const values = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const chunk = character.charCodeAt(0) - 63;
    value |= (chunk & 31) << shift;
    shift += 5;
    if (chunk < 32) {
      values.push(value & 1 ? ~(value >> 1) : value >> 1);
      value = shift = 0;
    }
  }
  const points = [];
  let lat = 0;
  let lng = 0;
  for (let i = 0; i < values.length; i += 2) {
    lat += values[i];
    lng += values[i + 1];
    points.push([lat / PRECISION, lng / PRECISION]);
  }
  return points;
}
