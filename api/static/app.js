// Puts the page together: what is asked, what is shown, and what the address says.

import * as client from "./client.js";
import { showAnswer, showFailure, showNotice, showWaiting, turnElement } from "./answer.js";
import { setBusy, setStarted, startComposer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { $, el } from "./dom.js";
import { showLibrary } from "./library.js";
import { placeOf } from "./offsets.js";
import { hideSource, samePlace, showSource } from "./source.js";
import { interfaceLanguage, LANGUAGES, setInterfaceLanguage, t, translate } from "./strings.js";

const conversation = new Conversation();
const narrow = window.matchMedia("(max-width: 62rem)");
let stopping = new AbortController();
let opener = null; // what had the focus before the source view took it
let documents = null;

// -- asking --

function show(turn) {
  const view = turnElement(turn.question);
  $("turns").append(view.turn);
  if (turn.said !== null) showAnswer(view, turn.said);
  return view;
}

async function ask(question) {
  const turn = conversation.add(question);
  setStarted(true);
  const view = show(turn);
  await answer(turn, view);
}

async function answer(turn, view) {
  stopping.abort();
  const stop = (stopping = new AbortController());
  setBusy(true);
  showWaiting(view, t("looking"));
  view.turn.scrollIntoView({ block: "start" });
  const again = () => answer(turn, view);
  try {
    const onWait = (kind) => showWaiting(view, t(`waiting_${kind}`));
    const said = await client.ask(turn.question, conversation.history(turn), stop.signal, onWait);
    conversation.answered(turn, said);
    showAnswer(view, said);
    view.turn.scrollIntoView({ block: "start" });
  } catch (error) {
    if (error.name === "AbortError") showNotice(view, t("stopped"), again);
    else showFailure(view, error, again);
  } finally {
    if (stop === stopping) setBusy(false);
  }
}

function startAnew() {
  stopping.abort();
  conversation.clear();
  $("turns").replaceChildren();
  setStarted(false);
  if (placeOf(location)) leaveSource();
  $("question").focus();
}

// -- the source view follows the address --

function followAddress() {
  const place = placeOf(location);
  document.body.dataset.source = place ? "open" : "closed";
  setModal();
  if (place) {
    showSource(place, conversation.citations((quote) => samePlace(quote, place)));
    return;
  }
  hideSource();
  opener?.focus({ preventScroll: true });
  opener = null;
}

function openSource(address) {
  const inside = placeOf(location) !== null;
  if (!inside) opener = document.activeElement;
  // Stepping from quotation to quotation is one entry in the history: Back closes the view.
  if (inside) history.replaceState(history.state, "", address);
  else history.pushState({ opened: true }, "", address);
  followAddress();
}

function leaveSource() {
  if (history.state?.opened) {
    history.back();
    return;
  }
  history.pushState(null, "", "/");
  followAddress();
}

// Over the conversation on narrow screens, beside it on wide ones.
function setModal() {
  const over = narrow.matches && document.body.dataset.source === "open";
  $("room").inert = over;
  if (over) $("source").setAttribute("role", "dialog");
  else $("source").removeAttribute("role");
}

function startSource() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.to-source");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openSource(link.getAttribute("href"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && placeOf(location)) leaveSource();
  });
  for (const id of ["source-previous", "source-next"]) $(id).addEventListener("click", (event) => openSource(event.currentTarget.dataset.address));
  $("source-close").addEventListener("click", leaveSource);
  $("source-copy").addEventListener("click", copyLink);
  $("source-copy").hidden = !navigator.clipboard;
  window.addEventListener("popstate", followAddress);
  window.addEventListener("hashchange", followAddress);
  narrow.addEventListener("change", setModal);
}

async function copyLink() {
  await navigator.clipboard.writeText(location.href);
  $("source-copy").textContent = t("copied");
  setTimeout(() => ($("source-copy").textContent = t("copy_link")), 2000);
}

// -- the rest of the page --

async function awaken() {
  while (!(await client.ready())) {
    $("status").textContent = t("loading_engine");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  $("status").textContent = "";
  documents = await client.documents();
  showLibrary(documents);
}

function speak() {
  translate(document);
  setStarted(conversation.turns.length > 0);
  if (documents !== null) showLibrary(documents);
  $("turns").replaceChildren();
  conversation.turns.forEach(show);
  if (placeOf(location)) followAddress();
}

function startLanguages() {
  const names = Object.entries(LANGUAGES).map(([tag, name]) => el("option", { value: tag, lang: tag }, name));
  $("interface-language").append(...names);
  $("interface-language").value = interfaceLanguage();
  $("interface-language").addEventListener("change", (event) => {
    setInterfaceLanguage(event.target.value);
    stopping.abort();
    speak();
  });
}

startLanguages();
startComposer(ask);
startSource();
$("new").addEventListener("click", startAnew);
$("skip").addEventListener("click", (event) => {
  event.preventDefault(); // a hash in the address is for places in a source
  $("question").focus();
});
$("stop").addEventListener("click", () => stopping.abort());
speak();
awaken();
if (!placeOf(location)) $("question").focus();
