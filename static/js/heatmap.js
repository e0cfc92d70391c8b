/* Where the AI looked: repaints each grey heat map in colours whose brightness follows the value. */

// Even steps in lightness, so that no band looks like an edge which is not there; dark is little, bright is much.
const COLOURS = [
  [13, 8, 135],
  [84, 2, 163],
  [139, 10, 165],
  [185, 50, 137],
  [219, 92, 104],
  [244, 136, 73],
  [254, 188, 43],
  [240, 249, 33],
];
const SIDE = 320; // pixels: enough for a smooth map that is stretched over the photo
const PALETTE = Array.from({ length: 256 }, (_, value) => colourOf(value / 255));

for (const evidence of document.querySelectorAll("[data-evidence]")) show(evidence);

async function show(evidence) {
  const grey = evidence.querySelector("[data-heatmap]");
  if (!grey) return;
  try {
    await grey.decode();
  } catch {
    return; // the case has just ended; the photo stays as it is
  }
  const canvas = painted(grey);
  grey.replaceWith(canvas);
  evidence.dataset.painted = "";
  listen(evidence, canvas);
}

function listen(evidence, canvas) {
  const strength = evidence.querySelector("[data-strength]");
  const follow = () => (canvas.style.opacity = strength.value / 100);
  evidence.querySelector("[data-mix]").hidden = false;
  strength.addEventListener("input", follow);
  follow();
}

/** A canvas with the map's size and description, in colour. */
function painted(grey) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE, className: "heat" });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", grey.alt);
  const brush = canvas.getContext("2d");
  brush.drawImage(grey, 0, 0, SIDE, SIDE);
  const pixels = brush.getImageData(0, 0, SIDE, SIDE);
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set(PALETTE[pixels.data[i]], i);
  brush.putImageData(pixels, 0, 0);
  return canvas;
}

/** Red, green, blue and opacity of a value in [0, 1]; what was hardly looked at leaves the photo clear. */
function colourOf(value) {
  const place = value * (COLOURS.length - 1);
  const [low, high] = [COLOURS[Math.floor(place)], COLOURS[Math.ceil(place)]];
  const mixed = low.map((channel, i) => channel + (high[i] - channel) * (place - Math.floor(place)));
  return [...mixed.map(Math.round), Math.round(255 * Math.min(1, 1.6 * value))];
}
