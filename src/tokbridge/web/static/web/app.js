"use strict";

/* Beats the poll while somebody looks, keeps what did not change, and helps with menus and forms. All pages can be read
   without it; the keyboard is in keys.js. */

const EVERY = 5000;

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  for (const poll of document.querySelectorAll(".poll")) htmx.trigger(poll, "live");
}, EVERY);

// A cell that is the same stays in place, with its focus and its open explanation; one that differs is shown to differ.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const fresh = fragment.firstElementChild;
  if (!fresh) return;
  if (target.matches(".alive")) {
    event.detail.shouldSwap = false;
    renew(target, fresh);
    return;
  }
  target.classList.remove("changed");
  if (target.isEqualNode(fresh)) event.detail.shouldSwap = false;
  else if (!fresh.classList.contains("still")) fresh.classList.add("changed");
});

// A part that is alive as a whole: only what differs is touched, so that focus and what was opened stay. What has an id
// is known again by it, wherever it now stands.
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE || old.tagName !== fresh.tagName) return old.replaceWith(fresh);
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) {
    if (old.getAttribute(name) !== fresh.getAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
  }
  const wanted = new Set([...fresh.children].map((child) => child.id));
  const known = new Map();
  for (const child of [...old.children]) {
    if (!child.id) continue;
    if (wanted.has(child.id)) known.set(child.id, child);
    else child.remove();
  }
  let at = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const same = node.id ? known.get(node.id) : at && !at.id && at;
    if (!same) {
      old.insertBefore(node, at);
      continue;
    }
    while (node.id && at !== same && !at.id) at = drop(at);
    if (at !== same) old.insertBefore(same, at);
    at = same.nextSibling;
    renew(same, node);
  }
  while (at) at = drop(at);
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

// Titles show on hover by themselves; for the keyboard they show on focus, for a finger on a tap.
const tip = document.getElementById("tip");
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".why[title]:focus-visible")) tell(target);
});
document.addEventListener("click", ({ target }) => {
  const why = target.closest(".why[title]");
  if (why) tell(why);
});
document.addEventListener("focusout", () => tip.hidePopover());

function tell(target) {
  tip.textContent = target.title;
  tip.showPopover();
  const at = target.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const below = at.bottom + own.height + 12 < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  tip.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
}

// Who has searched wants to go on with what was found.
let searched = false;
document.addEventListener("submit", ({ target }) => {
  searched = target.matches("[role=search]");
});
document.addEventListener("htmx:afterSettle", () => {
  if (searched) document.querySelector("[data-row] .open")?.focus();
  searched = false;
});

// One menu is open at a time; a click elsewhere and Escape close it.
const openMenus = () => document.querySelectorAll(".menu[open]");
document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
});

// What somebody typed into a form that is only sent is not to be lost to what comes by itself.
const typed = new Set();
document.addEventListener("input", ({ target }) => {
  if (target.form?.method === "post") typed.add(target.form);
});
const typedIn = (part) => [...typed].some((form) => part.contains(form));
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = ["click", "submit", "change"].includes(requestConfig.triggeringEvent?.type);
  if (!asked && xhr.getResponseHeader("HX-Redirect") && typedIn(document)) event.preventDefault();
});

// Addresses stay short: what is not asked for is not in them.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* The order desk: ticking rows, the menu of a row, and numbers pasted down a column. */
const picks = () => [...document.querySelectorAll(".pick")];

function tally() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const n = picks().filter((box) => box.checked).length;
  const all = bar.elements.all.checked;
  bar.querySelector("[data-count]").hidden = all || n === 0;
  bar.querySelector("[data-count] b").textContent = n;
  bar.querySelector("[data-clear]").hidden = n === 0 && !all;
  for (const box of document.querySelectorAll(".pick-all")) {
    box.checked = n > 0 && n === picks().length;
    box.indeterminate = n > 0 && n < picks().length;
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".pick-all")) for (const box of picks()) box.checked = target.checked;
  if (target.matches(".pick, .pick-all, #bulk [name=all]")) tally();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear]")) {
    for (const box of picks()) box.checked = false;
    document.getElementById("bulk").elements.all.checked = false;
    tally();
  }
  for (const open of document.querySelectorAll(".bulk-more[open]")) if (!open.contains(event.target)) open.open = false;
  const link = event.target.closest(".row-menu");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showMenu(link);
});

async function showMenu(link) {
  const menu = document.getElementById("row-menu");
  const answer = await fetch(link.href);
  if (!answer.ok || answer.redirected) return location.assign(link.href); // to the log-in, or what else it says
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  menu.replaceChildren(...(page.getElementById("menu-items")?.children ?? []));
  menu.showPopover();
  const at = link.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  menu.style.top = `${Math.max(8, at.bottom + own.height + 8 < innerHeight ? at.bottom + 4 : at.top - own.height - 4)}px`;
  menu.querySelector("a")?.focus();
}

document.getElementById("row-menu").addEventListener("keydown", (event) => {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  links[(links.indexOf(document.activeElement) + by + links.length) % links.length].focus();
});

// A column fills the lines from here on: an empty cell is an order without number, and an order that cannot be shipped
// has its cell as well. What finds no place is named.
document.addEventListener("paste", (event) => {
  if (!event.target.matches(".lines .number")) return;
  const said = document.getElementById("pasted");
  const text = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const cells = text.split("\n").map((cell) => cell.trim());
  if (!said || (cells.length < 2 && !text.includes("\t"))) return;
  event.preventDefault();
  if (text.includes("\t")) return tellPasted(said, [said.dataset.columns]);
  const rows = [...document.querySelectorAll(".lines tbody tr")];
  const from = rows.indexOf(event.target.closest("tr"));
  const ignored = [];
  cells.forEach((number, at) => {
    const box = rows[from + at]?.querySelector(".number");
    if (box) box.value = number;
    else if (rows[from + at] && number) ignored.push(number);
  });
  const over = cells.slice(rows.length - from).filter(Boolean);
  tellPasted(said, [
    ignored.length && `${said.dataset.ignored} ${ignored.join(", ")}`,
    over.length && `${said.dataset.over} ${over.join(", ")}`,
  ]);
});

function tellPasted(said, words) {
  said.textContent = words.filter(Boolean).join(" · ");
  said.hidden = !said.textContent;
}

// What is typed beside a choice means that choice.
document.addEventListener("input", ({ target }) => {
  const radio = target.type !== "radio" && target.closest(".choice")?.querySelector("[type=radio]");
  if (radio) radio.checked = true;
});

document.addEventListener("htmx:afterSettle", tally);
window.addEventListener("pageshow", tally);
