// Live progress: one event stream, closed when the work ends; where streams are blocked, a question every two seconds.
(function () {
  "use strict";

  const PAUSE = 2000;

  function draw(box, now) {
    const bar = box.querySelector("progress");
    if (now.total) {
      bar.max = now.total;
      bar.value = now.value;
      box.querySelector("[data-progress-count]").textContent = now.value.toLocaleString("en") + " / " + now.total.toLocaleString("en");
    }
    const line = box.querySelector("[data-progress-text]");
    if (now.text && line.textContent !== now.text) line.textContent = now.text;
    return now.state !== "running";
  }

  function leave(now) {
    if (now.next) window.location.assign(now.next);
    else window.location.reload();
  }

  function poll(box) {
    fetch(box.dataset.poll, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (now) { if (draw(box, now)) leave(now); else window.setTimeout(poll, PAUSE, box); })
      .catch(function () { window.setTimeout(poll, 2 * PAUSE, box); });
  }

  function listen(box) {
    const stream = new EventSource(box.dataset.stream);
    stream.onmessage = function (event) {
      const now = JSON.parse(event.data);
      if (draw(box, now)) { stream.close(); leave(now); }
    };
    stream.onerror = function () {
      // Six connections per host are all a browser grants: give this one back and ask instead.
      if (!box.dataset.poll) return;
      stream.close();
      poll(box);
    };
    window.addEventListener("pagehide", function () { stream.close(); });
  }

  document.querySelectorAll("[data-stream], [data-poll]").forEach(function (box) {
    if (box.dataset.stream && window.EventSource) listen(box);
    else if (box.dataset.poll) poll(box);
  });
})();
