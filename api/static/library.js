// The documents: which are there, which are asked, and how one is replaced or deleted.

import { put, remove } from "./client.js";
import { $, el, foreign } from "./dom.js";
import { offerUndo } from "./notice.js";
import { placeAddress } from "./offsets.js";
import { admits, isWhole, scopeWords, toggled, WHOLE } from "./scope.js";
import { addedWords, dated, failureWords, languageName, languageNames, number, t } from "./strings.js";

const AT_FIRST = 60;
let shown = AT_FIRST;
let leaving = null; // the document whose delete can still be undone
let library = { documents: [], scope: WHOLE, onScope: () => {}, onChange: () => {} };

export function showLibrary(documents, scope) {
  library = { ...library, documents, scope };
  const there = documents.filter(({ id }) => id !== leaving);
  showSieve(there);
  const needle = $("sieve-title").value.trim().toLocaleLowerCase();
  const listed = there.filter(({ id, title }) => `${title} ${id}`.toLocaleLowerCase().includes(needle));
  $("library-list").replaceChildren(...listed.slice(0, shown).map(entry));
  $("library-empty").hidden = listed.length > 0;
  $("library-empty").textContent = t(there.length > 0 ? "no_such_title" : "library_empty");
  $("library-more").hidden = listed.length <= shown;
  $("library-more").textContent = t("library_more", { n: listed.length - shown });
  $("library-scope").textContent = there.length > 0 ? scopeWords(scope, there) : "";
  $("scope-clear").hidden = isWhole(scope);
  $("tick-hint").hidden = there.length < 2 || !isWhole(scope);
}

export function startLibrary({ onScope, onChange }) {
  library = { ...library, onScope, onChange };
  const again = () => showLibrary(library.documents, library.scope);
  const narrowed = (change) => onScope({ ...library.scope, ...change });
  $("sieve").addEventListener("submit", (event) => event.preventDefault());
  $("sieve-title").addEventListener("input", again);
  $("sieve-from").addEventListener("change", (event) => narrowed({ date_from: event.target.value || null }));
  $("sieve-to").addEventListener("change", (event) => narrowed({ date_to: event.target.value || null }));
  $("scope-clear").addEventListener("click", () => {
    $("tab-documents").focus();
    onScope(WHOLE);
  });
  $("library-more").addEventListener("click", () => {
    const next = shown;
    shown += 10 * AT_FIRST;
    again();
    $("library-list").children[next]?.querySelector("a").focus();
  });
}

// -- which are asked --

function showSieve(documents) {
  const languages = Object.entries(counted(documents)).filter(([tag]) => languageName(tag));
  $("sieve").hidden = documents.length < 2 && isWhole(library.scope);
  $("sieve-languages").hidden = languages.length < 2;
  $("sieve-languages").replaceChildren($("sieve-languages").firstElementChild, ...languages.map(languageChip));
  $("sieve-dates").hidden = !documents.some(({ date }) => date);
  $("sieve-from").value = library.scope.date_from ?? "";
  $("sieve-to").value = library.scope.date_to ?? "";
}

function counted(documents) {
  const counts = {};
  for (const tag of documents.flatMap(({ languages }) => languages)) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

function languageChip([tag, count]) {
  const chosen = library.scope.languages.includes(tag);
  const box = el("input", { type: "checkbox", checked: chosen, id: `language-${tag}` });
  box.addEventListener("change", () => {
    library.onScope({ ...library.scope, languages: toggled(library.scope.languages, tag) });
    $(`language-${tag}`)?.focus();
  });
  return el("label", { class: "chip" }, box, `${languageName(tag)} `, el("span", { class: "count" }, number(count)));
}

function entry(document) {
  const { id, languages, characters } = document;
  const title = document.title || id;
  const about = [dated(document), languageNames(languages), t("characters", { n: characters })].filter(Boolean).join(" · ");
  const link = el("a", { class: "to-source", href: placeAddress({ document_id: id }) }, foreign("span", title, null, { class: "title" }));
  const included = admits(library.scope, document);
  return el("li", { class: included ? "entry" : "entry left-out" },
    asking(id, title),
    el("div", { class: "entry-text" }, link, el("p", { class: "meta" }, about)),
    el("div", { class: "entry-tools" },
      el("button", { type: "button", class: "tool icon icon-replace", "aria-label": `${t("replace")}: ${title}`, title: t("replace"), onclick: () => replace(document) }),
      el("button", { type: "button", class: "tool icon icon-delete", "aria-label": `${t("delete")}: ${title}`, title: t("delete"), onclick: () => take(document) }),
    ),
  );
}

function asking(id, title) {
  const box = el("input", { type: "checkbox", checked: library.scope.documents.includes(id), "aria-label": t("ask_only", { title }) });
  box.addEventListener("change", () => {
    const at = [...$("library-list").querySelectorAll("input")].indexOf(box);
    library.onScope({ ...library.scope, documents: toggled(library.scope.documents, id) });
    $("library-list").querySelectorAll("input")[at]?.focus();
  });
  return box;
}

// -- replace and delete --

function replace({ id, title }) {
  const chooser = $("replacement");
  chooser.onchange = async () => {
    const [file] = chooser.files;
    chooser.value = "";
    if (!file) return;
    const status = $("uploads-status");
    const say = (words) => (status.textContent = `${title || id}: ${words}`);
    try {
      say(t("upload_reading"));
      say(addedWords(await put(id, file, () => {})));
    } catch (failure) {
      say(failureWords(failure));
    }
    library.onChange(id);
  };
  chooser.click();
}

function take({ id, title }) {
  const back = () => {
    leaving = null;
    showLibrary(library.documents, library.scope);
  };
  const commit = async () => {
    if (leaving === id) leaving = null;
    try {
      await remove(id);
    } catch (failure) {
      $("uploads-status").textContent = `${title || id}: ${failureWords(failure)}`;
    }
    library.onChange(id);
  };
  offerUndo(t("document_deleted", { title: title || id }), { undo: back, commit });
  leaving = id;
  showLibrary(library.documents, library.scope);
  $("notice").querySelector("button").focus();
}
