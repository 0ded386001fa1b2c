"use strict";

/* The keyboard, the same on every page. A row is whatever has `data-row`; its link is the one with `data-open`, else its
   first; what x ticks is its `.pick`. The help shows only what does something on the page. */

const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
const shown = (element) => element.checkVisibility();
const rows = () => [...document.querySelectorAll("[data-row]")].filter(shown);
const opens = (row) => row.querySelector("[data-open]") ?? row.querySelector("a[href]");
const search = () => [...document.querySelectorAll("main [type=search]")].find(shown);
const GO_WITHIN = 1500; // ms between g and the letter of the page

function step(by) {
  const all = rows().filter(opens);
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  if (!next) return;
  opens(next).focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
}

function find() {
  if (search()) search().select();
  else location.assign(document.querySelector("[data-search]").href);
}

const help = document.getElementById("help");
let goSince = -Infinity;
const keys = {
  "/": find,
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest("[data-row]")?.querySelector(".pick")?.click(),
  g: () => (goSince = performance.now()),
  "?": explain,
};

function explain() {
  const works = {
    search: search(),
    elsewhere: !search(),
    rows: rows().some(opens),
    picks: document.querySelector("[data-row] .pick"),
  };
  for (const part of help.querySelectorAll("[data-when]")) part.hidden = !works[part.dataset.when];
  help.showModal();
}

// A row without a link is opened by going to its first field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-open]:not(a)")) return;
  event.preventDefault();
  event.target.closest("[data-row]").querySelector("select, input:not([type=hidden])")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help.open) return;
  const page = performance.now() - goSince < GO_WITHIN && document.querySelector(`nav [data-go="${CSS.escape(event.key)}"]`);
  goSince = -Infinity;
  const act = page ? () => page.click() : keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const helpButton = document.querySelector("[data-help]");
helpButton.hidden = false;
helpButton.addEventListener("click", explain);
if (location.hash === "#q") search()?.select();
