// Sending: shows how far the photo has come, lets it be cancelled, and keeps the photos when something is refused.
const form = document.querySelector("[data-send]");

if (form) {
  const submit = form.querySelector("[data-submit]");
  const progress = form.querySelector("[data-progress]");
  const bar = form.querySelector("[data-progress-bar]");
  const words = form.querySelector("[data-progress-words]");
  const errors = form.querySelector("[data-errors]");
  const list = form.querySelector("[data-error-list]");
  const sending = words.textContent;

  const busy = (on) => { submit.hidden = on; progress.hidden = !on; bar.value = 0; words.textContent = sending; };
  const refuse = (nodes) => {
    busy(false);
    list.replaceChildren(...nodes);
    errors.hidden = false;
    errors.focus();
  };
  const sentence = (text) => { const item = document.createElement("li"); item.textContent = text; return item; };
  const answered = (request) => {
    if (request.status < 300) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const items = page.querySelectorAll("[data-error-list] > li");
    const one = page.querySelector("[data-sentence]")?.textContent.trim() || progress.dataset.failed;
    refuse(items.length ? items : [sentence(one)]);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    errors.hidden = true;
    busy(true);
    request.upload.addEventListener("progress", (step) => { bar.value = (100 * step.loaded) / step.total; });
    request.upload.addEventListener("load", () => { bar.removeAttribute("value"); words.textContent = progress.dataset.looking; });
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", () => refuse([sentence(progress.dataset.failed)]));
    request.addEventListener("abort", () => busy(false));
    progress.querySelector("[data-cancel]").onclick = () => request.abort();
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
  addEventListener("pageshow", () => busy(false)); // back from the result: the form is ready again
}
