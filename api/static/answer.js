// One turn of the conversation: the question, and what the documents say.

import { between, footnote } from "./citation.js";
import { clipOf } from "./clip.js";
import { el, foreign } from "./dom.js";
import { codePoints, pieces, placeAddress, unitsOf } from "./offsets.js";
import { isWhole } from "./scope.js";
import { dated, failureWords, languageName, number, pageWords, t } from "./strings.js";

const AS_LIKELY = 0.65; // x the first quotation's score, as in rag/differences.py: what is less likely stands below

// onSearch(text): search for other words instead. onWiden: ask all documents.
export function turnElement(question, { onSearch, onWiden }) {
  const answer = el("div", { class: "answer", "aria-live": "polite" });
  const change = el("button", { type: "button", class: "tool icon icon-edit", "aria-label": t("change_search"), title: t("change_search") });
  const asked = el("div", { class: "asked-line" }, foreign("h2", question, null, { class: "asked" }), change);
  const view = { turn: el("li", { class: "turn" }, asked, answer), answer, change, searched: question, onWiden };
  change.addEventListener("click", () => showSearching(view, onSearch));
  return view;
}

// What is searched for, open for editing.
function showSearching(view, onSearch) {
  const box = foreign("textarea", view.searched, null, { class: "field", rows: 2, maxlength: 4000, "aria-label": t("searched_for") });
  const form = el("form", { class: "searching" }, box,
    el("button", { class: "quiet-button" }, t("search")),
    el("button", { type: "button", class: "quiet-button", onclick: () => close() }, t("cancel")));
  const close = () => {
    form.remove();
    view.change.hidden = false;
    view.change.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return;
    close();
    onSearch(box.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  view.change.hidden = true;
  view.answer.before(form);
  box.select();
}

export function showWaiting({ answer }, words) {
  answer.replaceChildren(el("p", { class: "waiting" }, el("span", { class: "pulse", "aria-hidden": true }), words));
}

export function showFailure(view, failure, askAgain) {
  showNotice(view, failureWords(failure), askAgain);
}

export function showNotice({ answer }, words, askAgain) {
  const button = el("button", { type: "button", class: "quiet-button", onclick: askAgain }, t("ask_again"));
  answer.replaceChildren(el("div", { class: "trouble" }, el("p", {}, words), button));
}

export function showAnswer(view, { question, scope, said }) {
  const { turn, answer } = view;
  const nothing = said.status === "not_found";
  view.searched = said.searched_for || question;
  turn.classList.toggle("not-found", nothing);
  turn.querySelectorAll(".nearest, .changed").forEach((old) => old.remove());
  answer.replaceChildren(...searchedFor(question, view.searched), ...scoped(scope, nothing, view), ...(nothing ? notFound(said) : found(said)));
  // Beside the live region, so that a screen reader is read the answer alone.
  if (said.passages.length > 0) turn.append(nearest(said, nothing));
}

// For an answer that was kept: its documents are others by now.
export function showChanged({ turn, answer }, askAgain) {
  turn.querySelectorAll(".changed").forEach((old) => old.remove());
  const button = el("button", { type: "button", class: "quiet-button", onclick: askAgain }, t("ask_again"));
  answer.before(el("div", { class: "trouble changed" }, el("p", {}, t("changed_since")), button));
}

function searchedFor(question, searched) {
  if (searched === question) return [];
  return [el("p", { class: "searched" }, `${t("searched_for")}: `, foreign("q", searched))];
}

function scoped(scope, nothing, { onWiden }) {
  if (isWhole(scope)) return [];
  const widen = nothing && el("button", { type: "button", class: "quiet-button", onclick: onWiden }, t("scope_clear"));
  return [el("p", { class: "searched" }, t("asked_some"), " ", widen)];
}

function notFound({ confidence, lacking }) {
  const right = Math.round(confidence * 10);
  const why = t(right > 0 ? "not_found_odds" : "not_found_hardly", { right: number(right) });
  const text = el("p", { class: "verdict-text" }, `${t("not_found_text")} ${why}`);
  return [el("p", { class: "verdict" }, t("not_found_title")), text, ...notMentioned(lacking)];
}

function notMentioned(words = []) {
  if (words.length === 0) return [];
  const quoted = words.flatMap((word) => [", ", foreign("q", word)]).slice(1);
  return [el("p", { class: "verdict-text" }, `${t("not_mentioned")}: `, ...quoted)];
}

function found({ quotes, confidence, differing = [], lacking }) {
  const numbered = quotes.map((quote, index) => ({ quote, place: index + 1 }));
  const likely = numbered.filter(({ quote }) => quote.score >= AS_LIKELY * quotes[0].score);
  const first = differing.length > 0 ? numbered.filter(({ place }) => differing.includes(place - 1)) : likely;
  const others = numbered.filter((each) => !first.includes(each));
  const newest = newestOf(quotes, differing);
  const shown = [
    ...(differing.length > 0 ? [el("p", { class: "verdict differing" }, t("figures_differ"))] : []),
    list("quotes", first, quotes, newest),
    sureness(confidence),
    ...notMentioned(lacking),
  ];
  return others.length === 0 ? shown : [...shown, el("h3", { class: "label" }, t("also")), list("quotes more", others, quotes, newest)];
}

// What several documents say stands side by side where there is room, for comparing.
function list(kind, numbered, quotes, newest) {
  const several = new Set(numbered.map(({ quote }) => quote.document_id)).size > 1;
  const items = numbered.map(({ quote, place }) => quotation(quote, place, quotes, place === newest));
  return el("ol", { class: several ? `${kind} abreast` : kind, start: numbered[0].place }, ...items);
}

// The place of the one source among those that differ that is newer than all others by its own date.
function newestOf(quotes, differing) {
  const [newest, next] = differing.map((place) => quotes[place]);
  const newer = newest?.date && newest.date_origin !== "file" && newest.date > (next.date ?? "");
  return newer ? differing[0] + 1 : null;
}

function sureness(confidence) {
  const level = confidence >= 0.9 ? "very" : confidence >= 0.7 ? "likely" : confidence >= 0.4 ? "maybe" : "hardly";
  const odds = confidence >= 0.95 ? t("odds_most") : t("odds", { right: number(Math.round(confidence * 10)) });
  const words = el("strong", {}, t(`sure_${level}`));
  return el("p", { class: `sure sure-${level}` }, words, level === "hardly" ? null : `: ${odds}`);
}

// The parts have no direction of their own: text in an element with `dir` does not count for its parent's "auto".
function quotation(quote, place, quotes, newest) {
  const words = foreign("blockquote", "", quote.language);
  words.append(...(quote.row ? [rowOf(quote)] : [...context(quote, "before"), spoken(quote), ...context(quote, "after")]));
  const meta = foreign("span", quoteMeta(quote), null, { class: "meta" });
  const tag = newest && el("strong", { class: "meta newest" }, t("newest"));
  const caption = el("figcaption", {}, sourceLink(quote, place, "open_source", quotes), tag, meta, copying(quote, place));
  return el("li", {}, el("figure", {}, words, quote.ocr && clipOf(quote), caption));
}

function copying(quote, place) {
  if (!navigator.clipboard) return null; // only on a secure page
  const button = el("button", { type: "button", class: "quiet-button copy", "aria-label": t("copy_citation_of", { n: place }) }, t("copy_citation"));
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(footnote(quote));
    button.textContent = t("copied");
    setTimeout(() => (button.textContent = t("copy_citation")), 2000);
  });
  return button;
}

// The words before and after in the same paragraph, in a quieter tone; an ellipsis (in CSS) says that it goes on.
function context(quote, side) {
  const paragraphs = quote[side].split(/\n\s*\n/);
  const own = side === "after" ? paragraphs[0] : paragraphs.at(-1);
  if (!own.trim()) return [];
  const cut = paragraphs.length === 1 && (side === "after" || quote.start > codePoints(quote.before));
  const goesOn = cut && !(side === "after" && /\p{Sentence_Terminal}\s*$/u.test(own));
  const text = side === "after" ? own.trimEnd() : own.trimStart();
  return [el("span", { class: `context ${side} ${goesOn ? "goes-on" : ""}` }, text)];
}

// A row of a table, each cell with the name of its column where the table names any.
function rowOf({ row, highlight }) {
  const isNamed = row.some(({ column }) => column);
  const cells = row.map(({ column, text, start }) => {
    const isMarked = highlight !== null && start <= highlight[0] && highlight[1] <= start + codePoints(text);
    const cell = spoken({ text, start, highlight: isMarked ? highlight : null }, isNamed ? "dd" : "div");
    return isNamed ? el("div", {}, foreign("dt", column?.text ?? "–"), cell) : cell;
  });
  return el(isNamed ? "dl" : "div", { class: "row" }, ...cells);
}

// The quotation itself, the exact answer marked inside it.
function spoken({ text, start, highlight }, tag = "span") {
  const element = el(tag, { class: "said" });
  const [from, to] = highlight === null ? [0, 0] : unitsOf(text, [highlight[0] - start, highlight[1] - start]);
  for (const piece of pieces(text, [{ start: from, end: to, kind: "exact" }])) {
    element.append(piece.kinds.has("exact") ? el("mark", {}, piece.text) : piece.text);
  }
  return element;
}

function quoteMeta(quote) {
  const page = quote.page ? pageWords(quote.page, quote.page_label) : null;
  return [dated(quote), languageName(quote.language), page, quote.heading].filter(Boolean).join(" · ");
}

function sourceLink(quote, place, label, beside) {
  const title = called(quote, beside);
  return el(
    "a",
    { class: "to-source", href: placeAddress(quote), "aria-label": t(label, { n: place, title }) },
    el("span", { class: "number", "aria-hidden": true }, number(place)),
    foreign("span", title, null, { class: "title" }),
  );
}

// Forms of a kind have one title, and are told apart by their files.
function called({ document_id, title, source }, beside) {
  const shared = beside.some((other) => other.title === title && other.document_id !== document_id);
  return title && shared ? `${title} (${source.split(/[/\\]/).at(-1)})` : title || document_id;
}

function nearest({ passages }, nothing) {
  const label = nothing ? t("nearest_not_answer") : t("nearest", { n: passages.length });
  const items = passages.map((passage, index) =>
    el("li", {}, foreign("p", between(passage.text), null, { class: "passage" }), sourceLink(passage, index + 1, "open_passage", passages)),
  );
  return el("details", { class: "nearest", open: nothing }, el("summary", {}, label), el("ol", {}, ...items));
}
