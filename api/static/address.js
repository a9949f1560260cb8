// The source view follows the address: /documents/{id}#start-end opens that place, and Back closes it.

import { $ } from "./dom.js";
import { placeOf } from "./offsets.js";
import { startPrinted } from "./printed.js";
import { hideSource, samePlace, showSource } from "./source.js";
import { t } from "./strings.js";

const narrow = window.matchMedia("(max-width: 62rem)");
let opener = null; // what had the focus before the source view took it
let page = { conversation: () => null, onLayout: () => {} };

export const sourceIsOpen = () => placeOf(location) !== null;
export const sourceCovers = () => narrow.matches && sourceIsOpen();

export function followAddress() {
  const place = placeOf(location);
  document.body.dataset.source = place ? "open" : "closed";
  page.onLayout();
  if (place) {
    const conversation = page.conversation();
    const others = conversation.answers().flatMap(({ quotes }) => quotes);
    showSource(place, conversation.citations((quote) => samePlace(quote, place)), others);
    return;
  }
  hideSource();
  opener?.focus({ preventScroll: true });
  opener = null;
}

function openSource(address) {
  const inside = sourceIsOpen();
  if (!inside) opener = document.activeElement;
  // Stepping from quotation to quotation is one entry in the history: Back closes the view.
  if (inside) history.replaceState(history.state, "", address);
  else history.pushState({ opened: true }, "", address);
  followAddress();
}

export function leaveSource() {
  if (history.state?.opened) {
    history.back();
    return;
  }
  history.pushState(null, "", "/");
  followAddress();
}

// conversation(): the one being read. onLayout: what covers what may have changed.
export function startAddress(given) {
  page = given;
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", step);
  for (const id of ["source-previous", "source-next"]) $(id).addEventListener("click", (event) => openSource(event.currentTarget.dataset.address));
  $("source-text").addEventListener("click", (event) => {
    const { address } = event.target.closest("mark")?.dataset ?? {};
    if (address && getSelection().isCollapsed) openSource(address);
  });
  startPrinted(openSource);
  $("source-close").addEventListener("click", leaveSource);
  $("source-copy").addEventListener("click", copyLink);
  $("source-copy").hidden = !navigator.clipboard;
  window.addEventListener("popstate", followAddress);
  window.addEventListener("hashchange", followAddress);
  narrow.addEventListener("change", page.onLayout);
}

function followLink(event) {
  const link = event.target.closest?.("a.to-source");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  openSource(link.getAttribute("href"));
}

// The arrows left and right go to the previous and the next quotation, but not while something is being written.
function step(event) {
  if (!sourceIsOpen() || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [role=tablist]")) return;
  const button = { ArrowLeft: "source-previous", ArrowRight: "source-next" }[event.key];
  if (!button || $("source-steps").hidden || $(button).disabled) return;
  event.preventDefault();
  openSource($(button).dataset.address);
}

async function copyLink() {
  await navigator.clipboard.writeText(location.href);
  $("source-copy").textContent = t("copied");
  setTimeout(() => ($("source-copy").textContent = t("copy_link")), 2000);
}
