// Heat map: paints the grey evidence in the legend's colours, and lets its strength be chosen.
const STOPS = [[58, 87, 201], [47, 179, 201], [182, 222, 63], [249, 178, 51], [232, 69, 42], [168, 15, 15]]; // as .legend i

function colour(grey) {
  const place = (grey / 255) * (STOPS.length - 1);
  const at = Math.min(Math.floor(place), STOPS.length - 2);
  return STOPS[at].map((from, channel) => from + (STOPS[at + 1][channel] - from) * (place - at));
}

function painted(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const pencil = canvas.getContext("2d");
  pencil.drawImage(image, 0, 0);
  const pixels = pencil.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < pixels.data.length; i += 4) {
    const grey = pixels.data[i];
    pixels.data.set([...colour(grey), Math.min(255, grey * 1.6)], i); // nothing spoke for it: nothing is painted
  }
  pencil.putImageData(pixels, 0, 0);
  canvas.className = "heat painted";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", image.alt);
  return canvas;
}

for (const viewer of document.querySelectorAll("[data-evidence]")) {
  const image = viewer.querySelector("[data-heatmap]");
  const mix = viewer.querySelector("[data-mix]");
  if (!image) continue;
  image.decode().then(() => {
    const canvas = painted(image);
    const strength = mix.querySelector("[data-strength]");
    const set = () => { canvas.style.opacity = strength.value / 100; };
    image.replaceWith(canvas);
    viewer.dataset.painted = "";
    mix.hidden = false;
    strength.addEventListener("input", set);
    set();
  }).catch(() => {}); // the grey picture stays
}
