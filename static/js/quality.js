/* Looks at a photo before it is sent: dark, glaring, blurred or small ones get a friendly word, and may be sent all the same. */

const SIDE = 256; // pixels; the server takes the same figures at the same size
const DARK = 35; // mean grey level; the server gives up below 30
const GLARE = 225; // the server gives up above 238
const BLURRED = 0.005; // share of the contrast between neighbours; 5 in 100 training photos lie below
const SMALL = 200; // pixels of the shorter side

/** "" or what could be better: dark, glare, blurred, small. */
export async function problemOf(file) {
  try {
    const bitmap = await createImageBitmap(file);
    return judged(measured(bitmap), Math.min(bitmap.width, bitmap.height));
  } catch {
    return ""; // not a kind that can be looked at here
  }
}

function judged({ brightness, sharpness }, shorter) {
  if (brightness < DARK) return "dark";
  if (brightness > GLARE) return "glare";
  if (sharpness < BLURRED) return "blurred";
  return shorter < SMALL ? "small" : "";
}

function measured(bitmap) {
  const grey = greyOf(bitmap);
  const brightness = grey.reduce((sum, value) => sum + value) / grey.length;
  const spread = grey.reduce((sum, value) => sum + (value - brightness) ** 2, 0) / grey.length;
  return { brightness, sharpness: steps(grey) / Math.max(spread, 1e-6) };
}

/** Mean square difference of neighbours, right and below. */
function steps(grey) {
  let sum = 0;
  for (let y = 0; y < SIDE - 1; y++) {
    for (let x = 0; x < SIDE - 1; x++) {
      const at = y * SIDE + x;
      sum += (grey[at + 1] - grey[at]) ** 2 + (grey[at + SIDE] - grey[at]) ** 2;
    }
  }
  return sum / (2 * (SIDE - 1) ** 2);
}

function greyOf(bitmap) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pencil = canvas.getContext("2d", { willReadFrequently: true });
  pencil.imageSmoothingQuality = "high";
  pencil.drawImage(bitmap, 0, 0, SIDE, SIDE);
  const { data } = pencil.getImageData(0, 0, SIDE, SIDE);
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]);
}
