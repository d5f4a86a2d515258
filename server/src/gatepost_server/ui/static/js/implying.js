// What a permission brings along, shown on ticks: given ones are free, implied ones ticked and locked.

// Return, for every permission that *held* brings along, the one that brings it.
export function bringers(held, table) {
  const found = new Map();
  for (const one of held) for (const other of table[one] ?? []) if (!found.has(other)) found.set(other, one);
  return found;
}

// Draw one tick: *isGiven*, else locked by what *by* says (a sentence), else free.
export function mark(box, isGiven, by) {
  const isImplied = !isGiven && Boolean(by);
  box.checked = isGiven || isImplied;
  box.classList.toggle("imp", isImplied);
  if (isImplied) box.setAttribute("aria-disabled", "true");
  else box.removeAttribute("aria-disabled");
  box.title = isImplied ? by : "";
}

// A locked tick keeps the focus, but a click does nothing to it.
export function isLocked(box) {
  return box.getAttribute("aria-disabled") === "true";
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("input[data-permission][aria-disabled=true]")) event.preventDefault();
});
