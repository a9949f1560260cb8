// Puts the page together: what is asked, what is shown, and what covers what.

import { followAddress, leaveSource, sourceCovers, sourceIsOpen, startAddress } from "./address.js";
import { showAnswer, showChanged, showFailure, showNotice, showWaiting, turnElement } from "./answer.js";
import * as client from "./client.js";
import { beginQuestion, setBusy, setStarted, startComposer } from "./composer.js";
import { Conversation, current } from "./conversation.js";
import { $, el } from "./dom.js";
import { showHistory } from "./history.js";
import { showLibrary, startLibrary } from "./library.js";
import { settle } from "./notice.js";
import { isWhole, scopeWords, WHOLE } from "./scope.js";
import { closeShelf, openShelf, shelfCovers, startShelf } from "./shelf.js";
import { forgetSource } from "./source.js";
import { interfaceLanguage, LANGUAGES, setInterfaceLanguage, t, translate } from "./strings.js";
import { showSuggestions } from "./suggestions.js";
import { startUploads } from "./uploads.js";

let conversation = current();
let documents = null;
const views = new Map(); // turn -> what shows it
let stopping = new AbortController();

// -- asking --

function show(turn) {
  const view = turnElement(turn.question, {
    onSearch: (text) => answer(turn, view, text),
    onWiden: () => {
      turn.scope = WHOLE;
      answer(turn, view);
    },
  });
  $("turns").append(view.turn);
  views.set(turn, view);
  if (turn.said !== null) showAnswer(view, turn);
  return view;
}

async function ask(question) {
  const turn = conversation.add(question);
  setStarted(true);
  await answer(turn, show(turn));
}

// searched: other words than the question's, which then lean on nothing before them.
async function answer(turn, view, searched = null) {
  stopping.abort();
  const stop = (stopping = new AbortController());
  const asked = conversation;
  setBusy(true);
  const onStep = (step) => showWaiting(view, t(`waiting_${step}`));
  onStep("search");
  view.turn.scrollIntoView({ block: "start" });
  const again = () => answer(turn, view, searched);
  try {
    await settle(); // what is being deleted is not quoted
    const question = { question: searched ?? turn.question, history: searched ? [] : asked.history(turn) };
    const said = await client.ask(isWhole(turn.scope) ? question : { ...question, filters: turn.scope }, stop.signal, onStep);
    asked.answered(turn, said);
    showAnswer(view, turn);
    refreshHistory();
    view.turn.scrollIntoView({ block: "start" });
  } catch (error) {
    if (error.name === "AbortError") showNotice(view, t("stopped"), again);
    else showFailure(view, error, again);
  } finally {
    if (stop === stopping) setBusy(false);
  }
}

// -- conversations --

function enter(other) {
  stopping.abort();
  conversation = other;
  conversation.enter();
  if (sourceIsOpen()) leaveSource();
  if (shelfCovers()) closeShelf(settleLayout);
  showConversation();
  $("question").focus();
}

function showConversation() {
  setStarted(conversation.turns.length > 0);
  $("turns").replaceChildren();
  views.clear();
  conversation.turns.forEach(show);
  refreshLibrary();
  refreshHistory();
  checkKept();
}

// A kept answer is only as good as the documents are now. One at a time: a question matters more.
async function checkKept() {
  if (documents === null) return; // still waking up
  for (const [turn, view] of [...views]) {
    if (turn.said === null || turn.said.quotes.length === 0 || views.get(turn) !== view) continue;
    const said = turn.said;
    const verdict = await client.verify(said).catch(() => null);
    if (verdict?.ok === false && turn.said === said) showChanged(view, () => answer(turn, view));
  }
}

function refreshHistory() {
  showHistory(conversation, {
    open: enter,
    changed: refreshHistory,
    renamed: (other) => other.id === conversation.id && (conversation.name = other.name),
    left: () => enter(new Conversation()),
  });
}

// -- documents --

function refreshLibrary() {
  if (documents === null) return;
  showLibrary(documents, conversation.scope);
  $("scope").hidden = false;
  $("scope").textContent = documents.length > 0 ? scopeWords(conversation.scope, documents) : t("add_documents");
  $("scope").classList.toggle("chosen", !isWhole(conversation.scope));
}

async function loadDocuments(changed = null) {
  documents = await client.documents();
  refreshLibrary();
  if (changed !== null) forgetSource(changed);
  if (changed !== null && sourceIsOpen()) followAddress();
  checkKept();
  showSuggestions(await client.suggestions().catch(() => []), { onAsk: ask, onBegin: beginQuestion });
}

async function awaken() {
  while (!(await client.ready())) {
    $("status").textContent = t("loading_engine");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  $("status").textContent = "";
  await loadDocuments();
}

// -- the page --

// What stands under something else cannot be reached.
function settleLayout() {
  $("room").inert = shelfCovers() || sourceCovers();
  $("source").inert = shelfCovers();
  for (const [id, covers] of [["shelf", shelfCovers()], ["source", sourceCovers()]]) {
    if (covers) $(id).setAttribute("role", "dialog");
    else $(id).removeAttribute("role");
  }
}

function escape(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  if (shelfCovers()) closeShelf(settleLayout);
  else if (sourceIsOpen()) leaveSource();
  else closeShelf(settleLayout);
}

function speak() {
  translate(document);
  showConversation();
  if (sourceIsOpen()) followAddress();
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
startAddress({ conversation: () => conversation, onLayout: settleLayout });
startShelf(settleLayout);
if (!("asksOnly" in document.body.dataset)) startUploads({ onStart: () => openShelf("documents", settleLayout), onChange: loadDocuments });
startLibrary({
  onScope: (scope) => {
    conversation.scope = scope;
    conversation.keep();
    refreshLibrary();
  },
  onChange: loadDocuments,
});
document.addEventListener("keydown", escape);
$("scope").addEventListener("click", () => openShelf("documents", settleLayout));
$("new").addEventListener("click", () => enter(new Conversation()));
$("skip").addEventListener("click", (event) => {
  event.preventDefault(); // a hash in the address is for places in a source
  $("question").focus();
});
$("stop").addEventListener("click", () => stopping.abort());
conversation.enter();
speak();
awaken();
if (!sourceIsOpen()) $("question").focus();
