// A log that grows: asks for what follows, adds it, follows the end, stops when it is over.
const EVERY_MS = 1000;
const KEEP = 400_000;

export function follow(box) {
  if (box.dataset.live !== "true") return;
  const log = box.querySelector("[data-log]");
  const follows = box.querySelector("[data-follow]");
  const state = box.querySelector("[data-log-state]");
  let offset = Number(box.dataset.offset);
  log.scrollTop = log.scrollHeight;

  function add(text) {
    if (!text) return;
    const all = log.textContent + text;
    log.textContent = all.length > KEEP ? all.slice(-KEEP) : all;
    log.dataset.empty = "false";
    if (follows.checked) log.scrollTop = log.scrollHeight;
  }

  async function ask() {
    let wait = EVERY_MS;
    try {
      const separator = box.dataset.href.includes("?") ? "&" : "?";
      const answer = await fetch(`${box.dataset.href}${separator}offset=${offset}`, { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) return ended("Not available any more");
      if (!answer.ok) throw new Error(String(answer.status));
      const part = await answer.json();
      if (part.offset < offset) log.textContent = "";
      add(part.text);
      offset = part.offset;
      if (part.is_over) return over();
    } catch {
      wait = 4 * EVERY_MS;
    }
    setTimeout(ask, document.hidden ? 5 * EVERY_MS : wait);
  }

  function ended(words) {
    if (state) state.textContent = words;
  }

  function over() {
    ended("Ended");
    if (box.dataset.reloads === "true") window.location.reload();
  }

  setTimeout(ask, EVERY_MS);
}
