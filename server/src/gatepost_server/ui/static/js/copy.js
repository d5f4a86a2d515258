// Copy buttons: [data-copy] holds the text; the button says that it was copied.
const SAID_MS = 2000;

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") || document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copying is not allowed here");
}

function say(button, words, symbol) {
  const label = button.querySelector("[data-copy-words]");
  const use = button.querySelector("use");
  const before = { words: label?.textContent, href: use?.getAttribute("href"), name: button.getAttribute("aria-label") };
  if (label) label.textContent = words;
  else button.setAttribute("aria-label", words);
  if (use) use.setAttribute("href", before.href.replace(/#.*/, `#${symbol}`));
  button.classList.toggle("c-green", symbol === "check");
  announce(words);
  setTimeout(() => {
    if (label) label.textContent = before.words;
    else if (before.name) button.setAttribute("aria-label", before.name);
    if (use) use.setAttribute("href", before.href);
    button.classList.remove("c-green");
  }, SAID_MS);
}

export function announce(words) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = words;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-log]");
  if (!button || button.classList.contains("c-green")) return;
  const log = button.closest("[data-log-tail]")?.querySelector("[data-log]");
  const text = button.dataset.copy ?? log?.textContent ?? "";
  try {
    await copy(text);
    say(button, "Copied", "check");
  } catch {
    say(button, "Select it and press Ctrl+C", "alert-triangle");
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".gp-copy input")) event.target.select();
});
