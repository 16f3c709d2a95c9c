// Light or dark: the system's choice until the reader makes one. Runs before the first paint.
(function () {
  "use strict";
  const root = document.documentElement;
  const stored = function () {
    try { return localStorage.getItem("theme"); } catch (error) { return null; }
  };
  const chosen = stored();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#theme-toggle")) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* private window */ }
  });
})();
