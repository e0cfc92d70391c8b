// Light, dark or as the system: the choice stays in this browser. Runs before the first paint, so it is no module.
(() => {
  const root = document.documentElement;
  const shown = (scheme) => {
    const chosen = root.dataset.theme;
    if (!chosen) return `(prefers-color-scheme: ${scheme})`;
    return chosen === scheme ? "all" : "not all";
  };
  const choose = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.querySelectorAll("meta[data-scheme]").forEach((bar) => { bar.media = shown(bar.dataset.scheme); });
  };
  try { choose(localStorage.getItem("theme")); } catch { /* storage refused */ }
  addEventListener("DOMContentLoaded", () => {
    const [button, menu] = [document.querySelector("[data-theme-toggle]"), document.querySelector("[data-theme-menu]")];
    if (!button || !("popover" in menu)) return;
    button.hidden = false;
    menu.querySelector(`[value="${root.dataset.theme ?? "system"}"]`).checked = true;
    menu.addEventListener("change", ({ target }) => {
      choose(target.value);
      try { localStorage.setItem("theme", target.value); } catch { /* storage refused */ }
    });
  });
})();
