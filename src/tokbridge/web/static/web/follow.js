"use strict";

/* One order's page follows its order. All of it changes together, so that no two parts contradict each other: at once
   where nothing moves under the reader by it, else when the reader asks for it. What somebody types in stays. */

const news = document.getElementById("news");
let fresh = []; // the parts as they came last

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "follow" || !event.detail.shouldSwap) return;
  event.detail.shouldSwap = false;
  const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  fresh = [...page.body.children].map((part) => [document.getElementById(part.id), part]);
  const moves = fresh.some(([part, next]) => part.id !== "to-ship" && moved(part, next));
  if (!moves) show();
  news.hidden = !moves;
});

news.addEventListener("click", (event) => {
  event.preventDefault();
  const changed = fresh.find(([part, next]) => part.id !== "to-ship" && moved(part, next));
  show();
  if (news.matches(":focus")) document.getElementById("main").focus({ preventScroll: true });
  news.hidden = true;
  changed?.[0].scrollIntoView({ block: "nearest" });
});

function show() {
  for (const [part, next] of fresh) {
    if (part.id === "to-ship") offer(part, next);
    else renew(part, next);
  }
}

// Whether what stands below a part would move in the window: tried on a copy that nobody sees.
function moved(part, next) {
  const at = part.getBoundingClientRect();
  if (part.isEqualNode(next) || at.top >= innerHeight) return false;
  const copy = part.cloneNode(true);
  renew(copy, next.cloneNode(true));
  copy.classList.add("tried");
  copy.style.width = `${at.width}px`;
  part.after(copy);
  const height = copy.getBoundingClientRect().height;
  copy.remove();
  return Math.abs(height - at.height) > 0.5;
}

// The ship form comes anew when there is something else to ship.
function offer(part, next) {
  const left = (one) => one.querySelector("#ship")?.dataset.left;
  if (left(part) === left(next) || part.contains(document.activeElement) || typedIn(part)) return;
  part.replaceChildren(...next.childNodes);
  htmx.process(part);
}
