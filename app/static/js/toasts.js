// The message of the last act floats, so that it is seen wherever one has scrolled; a plain success leaves by itself,
// one that can be undone or needs reading stays until it is closed.
(function () {
  "use strict";

  const STAY = 8000;
  const flash = document.querySelector("[data-flash]");
  if (!flash) return;

  const close = flash.querySelector("[data-flash-close]");
  close.hidden = false;
  close.addEventListener("click", function () { flash.remove(); });
  flash.classList.add("toast-like");
  if (flash.dataset.flash !== "good" || flash.querySelector("form")) return;

  let timer = window.setTimeout(function () { flash.remove(); }, STAY);
  ["mouseenter", "focusin"].forEach(function (name) {
    flash.addEventListener(name, function () { window.clearTimeout(timer); timer = 0; });
  });
})();
