// The shelf beside the conversation: documents on one tab, kept conversations on the other.

import { $ } from "./dom.js";

const TABS = ["documents", "conversations"];
const docked = window.matchMedia("(min-width: 75rem)");
let opener = null; // what had the focus before

export const shelfCovers = () => !$("shelf").hidden && !docked.matches;

export function openShelf(tab, onLayout) {
  if ($("shelf").hidden) opener = document.activeElement;
  $("shelf").hidden = false;
  document.body.dataset.shelf = "open";
  $("shelf-open").setAttribute("aria-expanded", "true");
  select(tab);
  $(`tab-${tab}`).focus({ preventScroll: true });
  onLayout();
}

export function closeShelf(onLayout) {
  if ($("shelf").hidden) return;
  $("shelf").hidden = true;
  delete document.body.dataset.shelf;
  $("shelf-open").setAttribute("aria-expanded", "false");
  onLayout();
  opener?.focus({ preventScroll: true });
}

export function startShelf(onLayout) {
  $("shelf-open").addEventListener("click", () => {
    if ($("shelf").hidden) openShelf("documents", onLayout);
    else closeShelf(onLayout);
  });
  $("shelf-close").addEventListener("click", () => closeShelf(onLayout));
  for (const tab of TABS) $(`tab-${tab}`).addEventListener("click", () => select(tab));
  $("shelf").querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = TABS.find((tab) => $(tab).hidden);
    select(other);
    $(`tab-${other}`).focus();
  });
  // A touch beside the shelf where it covers the page.
  document.addEventListener("pointerdown", (event) => {
    if (shelfCovers() && !event.target.closest?.("#shelf, #notice")) closeShelf(onLayout);
  });
  docked.addEventListener("change", onLayout);
}

function select(chosen) {
  for (const tab of TABS) {
    $(tab).hidden = tab !== chosen;
    $(`tab-${tab}`).setAttribute("aria-selected", tab === chosen);
    $(`tab-${tab}`).tabIndex = tab === chosen ? 0 : -1;
  }
}
