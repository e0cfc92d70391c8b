/* Photos: camera, album, drop and paste feed the one real field; each can be looked at, cut and taken away again. */

import { crop } from "./crop.js";
import { problemOf } from "./quality.js";
import { shrink } from "./shrink.js";

const MOST = 3;
const part = document.querySelector("[data-photos]");
if (part) tend(part);

function tend(part) {
  const find = (name) => part.querySelector(`[data-${name}]`);
  const field = part.querySelector("[name=photo]");
  const [list, status, drop, camera, pattern, dialog] = ["chosen", "photo-status", "drop", "camera", "photo-row", "crop"].map(find);
  let chosen = []; // {file, problem} in the order they came

  const add = async (files) => {
    status.textContent = status.dataset.making;
    const made = await Promise.all([...files].map(prepared));
    const all = [...chosen, ...made];
    chosen = all.slice(0, MOST);
    show();
    status.textContent = all.length > MOST ? status.dataset.tooMany : said(chosen.length, status);
  };
  const show = () => {
    const files = new DataTransfer();
    chosen.forEach(({ file }) => files.items.add(file));
    field.files = files.files;
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(...chosen.map(row));
    find("preview").hidden = !chosen.length;
    find("tips").hidden = Boolean(chosen.length);
    part.dataset.ready = String(chosen.length);
  };
  const row = ({ file, problem }, at) => {
    const item = pattern.content.firstElementChild.cloneNode(true);
    const image = item.querySelector("img");
    image.src = URL.createObjectURL(file);
    image.alt = `${image.alt} ${at + 1}`;
    hint(item, problem);
    image.addEventListener("error", () => { item.classList.add("unseen"); hint(item, "unseen"); }, { once: true }); // HEIC: only the server can open it
    press(item, "remove", at, () => { chosen.splice(at, 1); show(); status.textContent = said(chosen.length, status); field.focus(); });
    press(item, "cut", at, async () => {
      const cut = await crop(dialog, file);
      if (cut) { chosen[at] = await prepared(cut); show(); }
      list.children[at]?.querySelector("[data-cut]").focus();
    });
    return item;
  };

  part.dataset.live = "";
  camera.hidden = false;
  field.addEventListener("change", () => (field.files.length ? add(field.files) : show())); // a picker called off empties it
  camera.firstElementChild.addEventListener("change", ({ target }) => add(target.files));
  addEventListener("paste", ({ clipboardData }) => clipboardData?.files.length && add(clipboardData.files));
  welcome(drop, add);
}

async function prepared(file) {
  const small = await shrink(file);
  return { file: small, problem: await problemOf(small) };
}

function hint(item, problem) {
  for (const words of item.querySelectorAll("[data-problem]")) words.hidden = words.dataset.problem !== problem;
}

function press(item, name, at, act) {
  const button = item.querySelector(`[data-${name}]`);
  button.setAttribute("aria-label", `${button.getAttribute("aria-label") ?? button.textContent.trim()} (${at + 1})`);
  button.addEventListener("click", act);
}

function said(count, status) {
  return count ? status.dataset.count.replace("0", String(count)) : "";
}

function welcome(drop, add) {
  const mark = (on) => (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", on);
  };
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, mark(true));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, mark(false));
  drop.addEventListener("drop", ({ dataTransfer }) => add(dataTransfer.files));
}
