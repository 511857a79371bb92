// Keys of the hand: "/" searches, "?" shows the keys, j and k walk the rows, x selects, [ and ] turn the page.
// Also opens dialogs by their links, and closes menus. Every page works without this file.
(function () {
  "use strict";

  document.documentElement.classList.add("scripted");

  function typing(target) {
    return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
    return link !== null;
  }

  function walk(step) {
    const rows = Array.from(document.querySelectorAll(".grid > tbody > tr, .hits > .hit"));
    if (!rows.length) return false;
    const here = rows.findIndex(function (row) { return row.classList.contains("row-here") || row.contains(document.activeElement); });
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    rows.forEach(function (row) { row.classList.toggle("row-here", row === next); });
    const target = next.querySelector("th a, .hit-title a") || next.querySelector("a, input, select, button");
    if (target) target.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function pickHere() {
    const row = document.activeElement.closest("tr, .hit") || document.querySelector(".row-here");
    const box = row && row.querySelector("[data-pick]");
    if (box) box.click();
    return Boolean(box);
  }

  let afterG = 0;
  const keys = {
    "/": function () { const box = document.querySelector("[data-search]"); if (box) box.focus(); return box !== null; },
    "?": function () { return openDialog("keys"); },
    j: function () { return walk(1); },
    k: function () { return walk(-1); },
    x: pickHere,
    "[": function () { return follow("a[rel=prev]"); },
    "]": function () { return follow("a[rel=next]"); },
    g: function () { afterG = Date.now(); return true; },
    h: function () { if (Date.now() - afterG > 1200) return false; window.location.assign("/"); return true; },
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { closeMenus(null); if (event.target.matches("[data-search]")) event.target.blur(); return; }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (act && act()) event.preventDefault();
  });

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog || !dialog.showModal) return false;
    if (!dialog.open) dialog.showModal();
    return true;
  }

  function closeMenus(inside) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (inside && menu.contains(inside)) return;
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held && !inside) menu.querySelector("summary").focus();
    });
  }

  document.addEventListener("click", function (event) {
    const opener = event.target.closest("[data-dialog]");
    if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
    const closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog[open]")) { event.preventDefault(); closer.closest("dialog").close(); }
    if (event.target.matches("dialog[open]")) event.target.close();
    closeMenus(event.target);
  });
})();
