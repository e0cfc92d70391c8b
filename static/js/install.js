/* Lets the browser keep the offline page, once everything that the visitor came for is there; and nothing else. */

const { worker } = document.documentElement.dataset;
addEventListener("load", () => {
  sessionStorage.removeItem("htmx-current-path-for-history"); // htmx notes the address, and a case's address is its key
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => { /* refused: the site works all the same */ });
});
