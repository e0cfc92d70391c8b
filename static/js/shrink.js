/* Makes a photo small before it is sent: redrawn from its pixels, so that place and camera data stay here. */

const LONGEST = 1600; // pixels; the server keeps no more
const JPEG_QUALITY = 0.92;

/** The photo as a small upright JPEG; a kind this browser cannot open, such as HEIC, is left to the server. */
export async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    return await saved(drawn(bitmap, LONGEST / Math.max(bitmap.width, bitmap.height)));
  } catch {
    return file;
  }
}

/** A canvas as the file that is sent. */
export async function saved(canvas) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

function drawn(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * Math.min(1, scale));
  canvas.height = Math.round(bitmap.height * Math.min(1, scale));
  const pencil = canvas.getContext("2d");
  pencil.imageSmoothingQuality = "high";
  pencil.fillStyle = "white"; // under a transparent drawing, as on the server
  pencil.fillRect(0, 0, canvas.width, canvas.height);
  pencil.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
