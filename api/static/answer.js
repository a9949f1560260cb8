// One turn of the conversation: the question, and what the documents say.

import { el, foreign } from "./dom.js";
import { codePoints, pieces, placeAddress, unitsOf } from "./offsets.js";
import { dated, has, languageName, number, t } from "./strings.js";

export function turnElement(question) {
  const answer = el("div", { class: "answer", "aria-live": "polite" });
  const turn = el("li", { class: "turn" }, foreign("h2", question, null, { class: "asked" }), answer);
  return { turn, answer };
}

export function showWaiting({ answer }, words) {
  answer.replaceChildren(el("p", { class: "waiting" }, el("span", { class: "pulse", "aria-hidden": true }), words));
}

export function showFailure(view, failure, askAgain) {
  const known = `error_${failure.kind}`;
  showNotice(view, t(has(known) ? known : "error_other", { message: failure.message }), askAgain);
}

export function showNotice({ answer }, words, askAgain) {
  const button = el("button", { type: "button", class: "quiet-button", onclick: askAgain }, t("ask_again"));
  answer.replaceChildren(el("div", { class: "trouble" }, el("p", {}, words), button));
}

export function showAnswer({ turn, answer }, said) {
  const nothing = said.status === "not_found";
  turn.classList.toggle("not-found", nothing);
  answer.replaceChildren(...searchedFor(said), ...(nothing ? notFound() : found(said)));
  // Beside the live region, so that a screen reader is read the answer alone.
  if (said.passages.length > 0) turn.append(nearest(said, nothing));
}

function searchedFor({ question, searched_for }) {
  if (!searched_for || searched_for === question) return [];
  return [el("p", { class: "searched" }, `${t("searched_for")}: `, foreign("q", searched_for))];
}

function notFound() {
  return [el("p", { class: "verdict" }, t("not_found_title")), el("p", { class: "verdict-text" }, t("not_found_text"))];
}

function found({ quotes: [first, ...others], confidence }) {
  const shown = [el("ol", { class: "quotes" }, quotation(first, 1)), sureness(confidence)];
  if (others.length === 0) return shown;
  const more = others.map((quote, index) => quotation(quote, index + 2));
  return [...shown, el("h3", { class: "label" }, t("also")), el("ol", { class: "quotes more", start: 2 }, ...more)];
}

function sureness(confidence) {
  const level = confidence >= 0.9 ? "very" : confidence >= 0.7 ? "likely" : confidence >= 0.4 ? "maybe" : "hardly";
  const odds = confidence >= 0.95 ? t("odds_most") : t("odds", { right: number(Math.round(confidence * 10)) });
  const words = el("strong", {}, t(`sure_${level}`));
  return el("p", { class: `sure sure-${level}` }, words, level === "hardly" ? null : `: ${odds}`);
}

// The parts have no direction of their own: text in an element with `dir` does not count for its parent's "auto".
function quotation(quote, place) {
  const words = foreign("blockquote", "", quote.language);
  words.append(...context(quote, "before"), spoken(quote), ...context(quote, "after"));
  const caption = el("figcaption", {}, sourceLink(quote, place, "open_source"), foreign("span", quoteMeta(quote), null, { class: "meta" }));
  return el("li", {}, el("figure", {}, words, caption));
}

// The words before and after, in a quieter tone; an ellipsis (in CSS) says that the document goes on.
function context(quote, side) {
  if (!quote[side].trim()) return [];
  const goesOn = side === "after" || quote.start > codePoints(quote.before);
  const whole = quote[side].replace(/\n\s*\n/g, "\n"); // only what is quoted keeps its blank lines
  const text = side === "after" ? whole.trimEnd() : whole.trimStart();
  return [el("span", { class: `context ${side} ${goesOn ? "goes-on" : ""}` }, text)];
}

// The quotation itself, the exact answer marked inside it.
function spoken({ text, start, highlight }) {
  const element = el("span", { class: "said" });
  const [from, to] = highlight === null ? [0, 0] : unitsOf(text, [highlight[0] - start, highlight[1] - start]);
  for (const piece of pieces(text, [{ start: from, end: to, kind: "exact" }])) {
    element.append(piece.kinds.has("exact") ? el("mark", {}, piece.text) : piece.text);
  }
  return element;
}

function quoteMeta(quote) {
  const page = quote.page ? t("page", { page: number(quote.page) }) : null;
  return [dated(quote), languageName(quote.language), page, quote.heading].filter(Boolean).join(" · ");
}

function sourceLink(quote, place, label) {
  const title = quote.title || quote.document_id;
  return el(
    "a",
    { class: "to-source", href: placeAddress(quote), "aria-label": t(label, { n: place, title }) },
    el("span", { class: "number", "aria-hidden": true }, number(place)),
    foreign("span", title, null, { class: "title" }),
  );
}

function nearest({ passages }, nothing) {
  const label = nothing ? t("nearest_not_answer") : t("nearest", { n: passages.length });
  const items = passages.map((passage, index) =>
    el("li", {}, foreign("p", passage.text, null, { class: "passage" }), sourceLink(passage, index + 1, "open_passage")),
  );
  return el("details", { class: "nearest", open: nothing }, el("summary", {}, label), el("ol", {}, ...items));
}
