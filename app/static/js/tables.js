// Selecting rows: all of the page, a run with Shift, and the bar that says how many.
(function () {
  "use strict";

  let last = null;

  function boxes(form) {
    return Array.from(form.querySelectorAll("[data-pick]"));
  }

  function tell(form) {
    const all = boxes(form);
    const picked = all.filter(function (box) { return box.checked; }).length;
    const bar = form.querySelector("[data-bulk-bar]");
    if (bar) {
      bar.toggleAttribute("data-none", picked === 0);
      const text = bar.querySelector("[data-bulk-text]").content.textContent;
      bar.querySelector("[data-bulk-count]").textContent = picked ? text.replace("{n}", picked.toLocaleString("en")) : "";
    }
    const head = form.querySelector("[data-pick-all]");
    if (head) {
      head.disabled = false;
      head.checked = picked > 0 && picked === all.length;
      head.indeterminate = picked > 0 && picked < all.length;
    }
  }

  document.addEventListener("click", function (event) {
    const box = event.target.closest("[data-pick]");
    if (!box || !box.form) return;
    if (event.shiftKey && last && last.form === box.form) {
      const all = boxes(box.form);
      const ends = [all.indexOf(last), all.indexOf(box)].sort(function (a, b) { return a - b; });
      all.slice(ends[0], ends[1] + 1).forEach(function (one) { one.checked = box.checked; });
    }
    last = box;
    tell(box.form);
  });

  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-pick-all]")) return;
    boxes(event.target.form).forEach(function (box) { box.checked = event.target.checked; });
    tell(event.target.form);
  });

  function start(root) {
    root.querySelectorAll("form[data-selectable]").forEach(tell);
  }

  start(document);
  document.addEventListener("htmx:load", function (event) { start(event.detail.elt.parentNode || document); });
})();
