// Light or dark: follows the system until the reader chooses. Runs before the first paint, so it is no module.
(() => {
  const root = document.documentElement;
  const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  try { const kept = localStorage.getItem("theme"); if (kept) root.dataset.theme = kept; } catch { /* storage refused */ }
  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = (root.dataset.theme ?? system()) === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage refused */ }
    });
  });
})();
