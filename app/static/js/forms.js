// Checks a field when it is left; the server checks again and has the last word. Warns before typed text is lost.
(function () {
  "use strict";

  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const rules = {
    id_no: function (text) {
      const number = text.normalize("NFKC").replace(/\s/g, "").toUpperCase();
      if (!/^\d{17}[\dX]$/.test(number)) return false;
      const sum = weights.reduce(function (total, weight, at) { return total + weight * Number(number[at]); }, 0);
      return "10X98765432"[sum % 11] === number[17];
    },
    phone: function (text) { return /^1[3-9]\d{9}$/.test(text.normalize("NFKC").replace(/[\s-]/g, "")); },
    credit_code: function (text) { return /^[0-9A-HJ-NP-RTUWXY]{18}$/.test(text.normalize("NFKC").replace(/\s/g, "").toUpperCase()); },
    whole_number: function (text) { return /^\d+$/.test(text.normalize("NFKC").replace(/[\s,]/g, "")); },
    amount: function (text) { return /^\d+(\.\d{1,2})?$/.test(text.normalize("NFKC").replace(/[\s,]/g, "")); },
  };

  function message(form, name, count) {
    const template = form.querySelector('template[data-message="' + name + '"]');
    return template ? template.content.textContent.replace("{n}", count) : "";
  }

  function fault(field) {
    const text = field.value.trim();
    if (!text) return field.required ? "required" : null;
    const rule = rules[field.dataset.check];
    return rule && !rule(text) ? field.dataset.check : null;
  }

  function show(box, field, text) {
    const line = box.querySelector(".field-error");
    if (!line) return;
    line.hidden = !text;
    line.querySelector("[data-error-text]").textContent = text;
    box.classList.toggle("field-wrong", Boolean(text));
    if (!field) return;
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  function check(field) {
    const box = field.closest(".field");
    if (!box || field.type === "checkbox" || field.type === "radio") return;
    const name = fault(field);
    show(box, field, name ? message(field.form, name) : "");
  }

  function countBoxes(box) {
    const most = Number(box.dataset.most);
    const ticked = box.querySelectorAll("input:checked").length;
    show(box, null, ticked > most ? message(box.closest("form"), "most", most) : "");
  }

  const changed = new WeakSet();

  document.addEventListener("focusout", function (event) {
    if (event.target.matches("form[data-checked] .form-control, form[data-checked] .form-select") && changed.has(event.target)) check(event.target);
  });

  document.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-checked]");
    if (!form) return;
    changed.add(event.target);
    form.dataset.dirty = "yes";
    if (event.target.getAttribute("aria-invalid")) check(event.target);
    const most = event.target.closest("[data-most]");
    if (most) countBoxes(most);
  });

  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-checked]")) delete event.target.dataset.dirty;
  });

  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector('form[data-dirty="yes"]')) event.preventDefault();
  });

  // A sheet may be dropped on the box instead of chosen.
  function named(box, input) {
    box.querySelector("[data-drop-name]").textContent = Array.from(input.files).map(function (file) { return file.name; }).join(", ");
  }

  document.querySelectorAll("[data-drop]").forEach(function (box) {
    const input = box.querySelector("input[type=file]");
    input.addEventListener("change", function () { named(box, input); });
    ["dragover", "dragleave", "drop"].forEach(function (name) {
      box.addEventListener(name, function (event) {
        event.preventDefault();
        box.classList.toggle("drop-over", name === "dragover");
        if (name !== "drop" || !event.dataTransfer.files.length) return;
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
  });

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
