/* Lets the browser keep the offline page, once everything that the visitor came for is there. */

const { worker } = document.documentElement.dataset;
if (worker && "serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => { /* refused: the site works all the same */ }));
}
