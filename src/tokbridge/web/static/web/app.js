"use strict";

/* Beats the poll while somebody looks, keeps cells that did not change, and serves the keyboard. All pages can be read
   without it. */

const EVERY = 5000;
const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

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
  picked();
  searched = false;
});

// Rows that are picked, for what can be done with several at once.
function picked() {
  const picks = [...document.querySelectorAll(".pick")];
  const n = picks.filter((pick) => pick.checked).length;
  const all = document.getElementById("pick-all");
  if (all) {
    all.checked = n > 0 && n === picks.length;
    all.indeterminate = n > 0 && n < picks.length;
  }
  const told = document.querySelector(".picked");
  if (!told) return;
  told.hidden = n === 0;
  document.querySelector(".shown").hidden = n > 0;
  document.getElementById("picked-n").textContent = n;
}
function pickEvery(on) {
  for (const pick of document.querySelectorAll(".pick")) pick.checked = on;
  picked();
}
document.addEventListener("change", ({ target }) => {
  if (target.id === "pick-all") pickEvery(target.checked);
  else if (target.matches(".pick")) picked();
});
function pickHere() {
  const pick = document.activeElement?.closest("tr")?.querySelector(".pick");
  if (pick) pick.click();
}

// One menu is open at a time; a click elsewhere and Escape close it.
const openMenus = () => document.querySelectorAll(".menu[open]");
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#pick-none")) pickEvery(false);
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
});

// Addresses stay short: what is not asked for is not in them.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

const help = document.getElementById("help");
const keys = {
  "/": () => document.getElementById("q")?.select(),
  j: () => step(1),
  k: () => step(-1),
  x: pickHere,
  "?": () => help.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help.open) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const helpButton = document.querySelector("[data-help]");
helpButton.hidden = false;
helpButton.addEventListener("click", () => help.showModal());
