// Menus are native popovers; this adds arrow keys, places for browsers without anchors, and reloads.
const hasAnchors = CSS.supports("position-area: bottom span-left");

function items(menu) {
  return [...menu.querySelectorAll("[role=menuitem]")].filter((item) => item.offsetParent !== null);
}

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const left = menu.classList.contains("from-left") ? box.left : box.right - menu.offsetWidth;
  const below = box.bottom + 4 + menu.offsetHeight < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - menu.offsetHeight)}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("[popover]")) return;
    const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    button?.closest("tr")?.classList.toggle("on", event.newState === "open");
    if (event.newState !== "open") return;
    if (!hasAnchors && button && window.innerWidth > 720) place(menu, button);
    // Who was quick with the arrow keys is on an item already.
    if (menu.matches("[role=menu]") && !menu.contains(document.activeElement)) items(menu)[0]?.focus();
  },
  true,
);

document.addEventListener("click", (event) => {
  const frame = event.target.closest("[data-reload-frame]")?.closest(".gp-frame").querySelector("iframe");
  if (frame) frame.setAttribute("src", frame.getAttribute("src"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[role=menu]") ?? openedBy(event.target);
  if (!menu) {
    jump(event);
    return;
  }
  const list = items(menu);
  const at = list.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: list.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  list[(next + list.length) % list.length]?.focus();
});

function openedBy(button) {
  const menu = button.matches?.("[popovertarget]") && document.getElementById(button.getAttribute("popovertarget"));
  return menu && menu.matches("[role=menu]:popover-open") ? menu : null;
}

function jump(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  const find = document.querySelector(".gp-find input");
  if (!find) return;
  event.preventDefault();
  find.focus();
}
