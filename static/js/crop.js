/* Cutting a photo: cropperjs in a dialog, fetched on the first press; buttons do all that dragging does. */

import { saved } from "./shrink.js";

const STEP = 0.08; // share of the stage that one press moves the frame
const GROW = 1.2; // times that one press widens it
const LEAST = 48; // CSS pixels of the frame's shorter side
const LONGEST = 1600; // pixels of the cut photo
const SIDES = ["n", "e", "s", "w", "ne", "nw", "se", "sw"];
const PARTS = `
  <cropper-canvas>
    <cropper-image initial-center-size="cover"></cropper-image>
    <cropper-shade></cropper-shade>
    <cropper-handle action="select" plain></cropper-handle>
    <cropper-selection initial-coverage="0.7" movable resizable keyboard>
      <cropper-handle action="move" plain></cropper-handle>
      ${SIDES.map((side) => `<cropper-handle action="${side}-resize"></cropper-handle>`).join("")}
    </cropper-selection>
  </cropper-canvas>`;

/** Opens the dialog; resolves with the cut photo, or with nothing when it was closed. */
export async function crop(dialog, file) {
  const { default: Cropper } = await import(dialog.dataset.cropper);
  const image = Object.assign(new Image(), { src: URL.createObjectURL(file), alt: "" });
  await image.decode();
  const stage = dialog.querySelector("[data-crop-stage]");
  stage.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
  dialog.showModal();
  const cropper = new Cropper(image, { container: stage, template: PARTS });
  try {
    return await chosen(dialog, cropper.getCropperSelection(), image);
  } finally {
    stage.replaceChildren();
    URL.revokeObjectURL(image.src);
  }
}

function chosen(dialog, frame, image) {
  const stage = frame.closest("cropper-canvas");
  const natural = image.naturalWidth / stage.clientWidth; // pixels of the photo in one of the screen
  let cut;
  const press = ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.cropEnd === "cut") {
      steer(frame, stage, "within");
      cut = cutOut(frame, natural);
    }
    if (button?.dataset.cropEnd !== undefined) dialog.close();
    else steer(frame, stage, button?.dataset.frame);
  };
  const stay = (event) => fits(event.detail, stage) || event.preventDefault();
  dialog.addEventListener("click", press);
  frame.addEventListener("change", stay);
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", press);
      done(cut);
    }, { once: true });
  });
}

function fits({ x, y, width, height }, stage) {
  const slack = 1; // pixel: sizes on a screen are rounded
  return x >= -slack && y >= -slack && x + width <= stage.clientWidth + slack && y + height <= stage.clientHeight + slack;
}

/** One press of a button: the frame moves or grows, and never leaves the photo. */
function steer(frame, stage, order) {
  const [right, down] = { left: [-STEP, 0], right: [STEP, 0], up: [0, -STEP], down: [0, STEP] }[order] ?? [0, 0];
  const times = { larger: GROW, smaller: 1 / GROW }[order] ?? 1;
  const width = between(LEAST, frame.width * times, stage.clientWidth);
  const height = between(LEAST, frame.height * times, stage.clientHeight);
  const x = frame.x + (frame.width - width) / 2 + right * stage.clientWidth;
  const y = frame.y + (frame.height - height) / 2 + down * stage.clientHeight;
  if (order) frame.$change(between(0, x, stage.clientWidth - width), between(0, y, stage.clientHeight - height), width, height);
}

function between(least, value, most) {
  return Math.min(Math.max(value, least), most);
}

async function cutOut(frame, natural) {
  const scale = Math.min(natural, LONGEST / Math.max(frame.width, frame.height));
  return saved(await frame.$toCanvas({ width: Math.round(frame.width * scale), height: Math.round(frame.height * scale) }));
}
