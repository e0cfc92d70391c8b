// Photos: camera, album, drop and paste feed the one real field, made small here and without their metadata.
const LONGEST = 1600; // pixels
const MOST = 3;
const part = document.querySelector("[data-photos]");

async function small(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pencil = canvas.getContext("2d");
    pencil.imageSmoothingQuality = "high";
    pencil.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
    return new File([blob], "photo.jpg", { type: "image/jpeg" });
  } catch {
    return file; // a kind this browser cannot open, such as HEIC: the server reads it, or says why not
  }
}

if (part) {
  const field = part.querySelector("[name=photo]");
  const camera = part.querySelector("[data-camera]");
  const preview = part.querySelector("[data-preview]");
  const list = part.querySelector("[data-chosen]");
  const status = part.querySelector("[data-photo-status]");
  const drop = part.querySelector("[data-drop]");
  let chosen = [];

  const show = () => {
    const files = new DataTransfer();
    chosen.forEach((file) => files.items.add(file));
    field.files = files.files;
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(...chosen.map(row));
    preview.hidden = !chosen.length;
  };
  const row = (file, at) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const remove = document.createElement("button");
    image.src = URL.createObjectURL(file);
    image.alt = `${list.dataset.alt} ${at + 1}`;
    remove.type = "button";
    remove.className = "icon-btn";
    remove.setAttribute("aria-label", `${list.dataset.remove} (${at + 1})`);
    remove.textContent = "×";
    remove.addEventListener("click", () => { chosen.splice(at, 1); status.textContent = ""; show(); field.focus(); });
    item.append(image, remove);
    return item;
  };
  const add = async (files, afresh = false) => {
    const made = await Promise.all([...files].map(small));
    const all = afresh ? made : [...chosen, ...made];
    status.textContent = all.length > MOST ? list.dataset.tooMany : "";
    chosen = all.slice(0, MOST);
    show();
    part.dataset.ready = String(chosen.length);
  };

  part.dataset.live = "";
  camera.hidden = false;
  field.addEventListener("change", () => { if (field.files.length) add(field.files, true); });
  camera.firstElementChild.addEventListener("change", (event) => add(event.target.files));
  addEventListener("paste", (event) => { if (event.clipboardData?.files.length) add(event.clipboardData.files); });
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.dataset.over = ""; });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => { event.preventDefault(); delete drop.dataset.over; });
  drop.addEventListener("drop", (event) => add(event.dataTransfer.files));
}
