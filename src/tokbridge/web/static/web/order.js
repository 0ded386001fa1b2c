"use strict";

/* The raw record of one order: finding in it, folding it, copying it. Without this it can be read and folded all the
   same. */

const record = document.getElementById("record");
const tools = record?.querySelector(".raw-tools");
const json = document.getElementById("raw");

// Who comes for the record finds it open.
const wanted = () => {
  if (record && ["#raw", "#h-raw"].includes(location.hash)) record.open = true;
};
wanted();
addEventListener("hashchange", wanted);

if (tools) {
  offerCopy(tools.querySelector("[data-copy]"));
  const find = document.getElementById("find");
  if (find) {
    tools.querySelector(".with-script").hidden = false;
    offerSearch(find);
  }
}

function offerCopy(button) {
  if (!navigator.clipboard) return; // only over HTTPS, or on this machine; else there is the file
  const words = button.querySelector("span");
  const usual = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(json.textContent.trim());
      words.textContent = tools.dataset.copied;
    } catch {
      words.textContent = tools.dataset.refused;
    }
    setTimeout(() => (words.textContent = usual), 2500);
  });
}

function offerSearch(find) {
  const told = tools.querySelector("output");
  const steps = tools.querySelectorAll("[data-go]");
  const folds = [...json.querySelectorAll("details")];
  const rows = [...json.querySelectorAll(".leaf, summary")];
  let hits = [];
  let here = -1;

  function look() {
    const text = find.value.trim().toLowerCase();
    for (const hit of hits) hit.classList.remove("hit", "here");
    hits = text ? rows.filter((row) => row.textContent.toLowerCase().includes(text)) : [];
    for (const fold of folds) fold.open = fold.parentElement === json;
    for (const hit of hits) {
      hit.classList.add("hit");
      const inside = hit.matches("summary") ? hit.parentElement.parentElement : hit;
      for (let fold = inside.closest("details"); fold && fold !== record; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    here = -1;
    for (const step of steps) step.hidden = hits.length < 2;
    told.textContent = text && !hits.length ? tools.dataset.none : "";
    go(1);
  }

  function go(by) {
    if (!hits.length) return;
    hits[here]?.classList.remove("here");
    here = (here + by + hits.length) % hits.length;
    hits[here].classList.add("here");
    told.textContent = tools.dataset.found.replace("%1", here + 1).replace("%2", hits.length);
    hits[here].scrollIntoView({ block: "nearest" });
  }

  find.addEventListener("input", look);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
  for (const step of steps) step.addEventListener("click", () => go(Number(step.dataset.go)));
  for (const button of tools.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const fold of folds) fold.open = button.dataset.fold === "open" || fold.parentElement === json;
    });
  }
}
