/* Sending: htmx carries the form; this shows how far it has come, cancels it, and keeps the photos when it is refused. */

const form = document.querySelector("[data-send]");
if (form) follow(form);

function follow(form) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const [submit, progress, bar, words] = ["submit", "progress", "progress-bar", "progress-words"].map(find);
  let away = false; // the photo has left

  const busy = (on) => {
    const pressed = document.activeElement === submit;
    away = false;
    submit.hidden = on;
    progress.hidden = !on;
    if (on && pressed) progress.focus(); // on the button to cancel, a key held for long would call it off at once
    bar.value = 0;
    words.textContent = on ? progress.dataset.sending : "";
  };
  const refuse = (sentence) => {
    find("error-list").replaceChildren(Object.assign(document.createElement("li"), { textContent: sentence }));
    find("errors").hidden = false;
    find("errors").focus();
  };

  form.addEventListener("htmx:beforeRequest", () => { find("errors").hidden = true; busy(true); });
  form.addEventListener("htmx:xhr:progress", ({ detail }) => {
    if (away || !detail.lengthComputable) return; // the answer's own progress counts for nothing
    away = detail.loaded >= detail.total;
    if (away) bar.removeAttribute("value");
    else bar.value = (100 * detail.loaded) / detail.total;
    words.textContent = away ? progress.dataset.looking : progress.dataset.sending;
  });
  find("cancel").addEventListener("click", () => { window.htmx.trigger(form, "htmx:abort"); submit.hidden = false; submit.focus(); });
  form.addEventListener("htmx:afterRequest", ({ detail }) => { if (!detail.xhr.getResponseHeader("HX-Redirect")) busy(false); });
  form.addEventListener("htmx:sendError", () => refuse(progress.dataset.failed));
  form.addEventListener("htmx:beforeSwap", (event) => welcomeRefusal(event.detail));
  form.addEventListener("htmx:afterSwap", () => { mark(form); find("errors").focus(); });
  addEventListener("pageshow", () => busy(false)); // back from the result: the form is ready again
}

/** Each answer that the list of errors leads to says so itself. */
function mark(form) {
  form.querySelectorAll("[data-marked]").forEach((sentence) => sentence.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  for (const link of form.querySelectorAll("[data-error-list] a[href^='#']")) {
    const field = form.querySelector(link.hash);
    const box = field?.closest("fieldset, .consent-field, .answers > p");
    if (!box) continue;
    const sentence = Object.assign(document.createElement("p"), { className: "field-error", id: `${field.id}-error`, textContent: link.textContent });
    sentence.dataset.marked = "";
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${sentence.id} ${(field.getAttribute("aria-describedby") ?? "").replace(sentence.id, "")}`.trim());
    box.append(sentence);
  }
}

/** A refusal is shown above the questions: the form's own list of errors, or the sentence of an error page. */
function welcomeRefusal(detail) {
  if (detail.xhr.status < 400) return;
  const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  detail.shouldSwap = true;
  detail.isError = false;
  if (page.querySelector("[data-errors]")) return;
  const list = document.querySelector("[data-errors]").cloneNode(true);
  const sentence = page.querySelector("[data-sentence]")?.textContent.trim() || document.querySelector("[data-progress]").dataset.failed;
  list.hidden = false;
  list.querySelector("[data-error-list]").replaceChildren(Object.assign(document.createElement("li"), { textContent: sentence }));
  detail.serverResponse = list.outerHTML;
}
