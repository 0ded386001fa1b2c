"use strict";

/* Beats the poll while somebody looks, keeps cells that did not change, and serves the keyboard. All pages can be read
   without it. */

const EVERY = 5000;
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  for (const poll of document.querySelectorAll(".poll")) htmx.trigger(poll, "live");
}, EVERY);

// A cell that is the same stays in place, with its focus and its open explanation; one that differs is shown to differ.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  target.classList.remove("changed");
  const fresh = fragment.firstElementChild;
  if (!fresh) return;
  if (target.isEqualNode(fresh)) event.detail.shouldSwap = false;
  else if (!fresh.classList.contains("still")) fresh.classList.add("changed");
});

// Titles show on hover by themselves; for the keyboard they show on focus.
const tip = document.getElementById("tip");
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".why[title]") || !target.matches(":focus-visible")) return;
  tip.textContent = target.title;
  tip.showPopover();
  const at = target.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const below = at.bottom + own.height + 12 < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  tip.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
});
document.addEventListener("focusout", () => tip.hidePopover());

function step(by) {
  const links = [...document.querySelectorAll(".grid .open")];
  const here = links.indexOf(document.activeElement);
  const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// Who has searched wants to go on with what was found.
let searched = false;
document.addEventListener("submit", ({ target }) => {
  searched = target.matches("[role=search]");
});
document.addEventListener("htmx:afterSettle", () => {
  if (searched) document.querySelector(".grid .open")?.focus();
  searched = false;
});

const help = document.getElementById("help");
const keys = {
  "/": () => document.getElementById("q")?.select(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => help.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help.open) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const helpButton = document.querySelector("[data-help]");
helpButton.hidden = false;
helpButton.addEventListener("click", () => help.showModal());
