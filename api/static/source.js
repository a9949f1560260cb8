// The source view: a whole document, with a quotation marked at its exact place.

import { documentOf, originalAddress, textOf } from "./client.js";
import { $, el, foreign, webAddress } from "./dom.js";
import { pieces, placeAddress, unitsOf } from "./offsets.js";
import { forgetPage, pageAt, showPage, wantPrinted, wantsPrinted } from "./printed.js";
import { dated, failureWords, languageNames, number, pageWords, picturedWords, t } from "./strings.js";

let shown = null; // {id, document, text}
let asked = 0; // the latest wish wins when documents arrive out of order

// place: {document_id, start?, end?}; citations: the places of the answer it belongs to; others: those of other answers.
export async function showSource(place, citations = [], others = []) {
  const turn = ++asked;
  $("source").hidden = false;
  if (shown?.id !== place.document_id) {
    shown = null;
    clear(place);
    try {
      const [document, text] = await Promise.all([documentOf(place.document_id), textOf(place.document_id)]);
      if (turn !== asked) return;
      shown = { id: place.document_id, document, text };
    } catch (failure) {
      if (turn === asked) showTrouble(failure);
      return;
    }
  }
  showDocument(place, citations, others);
}

// The document may be another one by now.
export function forgetSource(id) {
  if (shown?.id === id) shown = null;
}

export function hideSource() {
  asked += 1;
  shown = null;
  $("source").hidden = true;
  $("source-text").replaceChildren();
  forgetPage();
}

function clear({ document_id }) {
  $("source-title").textContent = document_id;
  $("source-meta").replaceChildren();
  $("source-text").replaceChildren();
  forgetPage();
  $("source-view").hidden = true;
  $("source-steps").hidden = true;
  $("source-status").textContent = t("source_loading");
  $("source-title").focus({ preventScroll: true });
}

function showTrouble(failure) {
  $("source-status").textContent = failureWords(failure);
}

function showDocument(place, citations, others) {
  const { document, text } = shown;
  $("source-title").textContent = document.title || document.id;
  showMeta(shown, place);
  showSteps(place, citations);
  const isPrinted = document.printed && wantsPrinted();
  showView(document, isPrinted, () => showDocument(place, citations, others));
  const marks = marksOf(place, citations, others);
  if (isPrinted) {
    showPage(document, pageAt(document, place.start), marks);
    $("source-title").focus({ preventScroll: true });
    return;
  }
  $("source-status").textContent = place.start !== undefined && locate(text, place) === null ? t("no_such_place") : "";
  $("source-text").replaceChildren(blocks(document, text, located(text, marks)));
  land();
}

// As text, or as it was printed, where that can be shown.
function showView(document, isPrinted, again) {
  $("source-text").hidden = isPrinted;
  $("source-printed").hidden = !isPrinted;
  $("source-view").hidden = !document.printed;
  $("source-view").textContent = t(isPrinted ? "as_text" : "as_printed");
  $("source-view").onclick = () => {
    wantPrinted(!isPrinted);
    again();
  };
}

// The place in UTF-16 units, or null where the document has no such place.
function locate(text, { start, end }) {
  if (start === undefined) return null;
  const [from, to] = unitsOf(text, [start, end]);
  return from === null || to === null || from >= to ? null : { start: from, end: to };
}

// Those marks that the text has, in UTF-16 units.
const located = (text, marks) => marks.map((mark) => [mark, locate(text, mark)]).filter(([, unit]) => unit).map(([mark, unit]) => ({ ...mark, ...unit }));

// What is marked in a document, in code points: the quotations of the answer that is being read, of others, the place.
function marksOf(place, citations, others) {
  const once = others.filter((other) => !citations.some((citation) => samePlace(citation, other)));
  const marks = [
    ...citations.flatMap((citation, index) => citedMarks(citation, place, index + 1)),
    ...once.flatMap((citation) => citedMarks(citation, place, null)),
  ];
  return place.start === undefined ? marks : [...marks, { start: place.start, end: place.end, kind: "here" }];
}

// n: its number in the answer that is being read; null for a quotation of another answer.
function citedMarks(citation, place, n) {
  if (citation.document_id !== place.document_id) return [];
  const kind = samePlace(citation, place) ? "here" : n === null ? "other" : "also";
  const { start, end, highlight } = citation;
  const exact = kind === "here" && highlight ? [{ start: highlight[0], end: highlight[1], kind: "exact" }] : [];
  return [{ start, end, kind, n, citation }, ...exact];
}

export const samePlace = (a, b) => a.document_id === b.document_id && a.start === b.start && a.end === b.end;

// Paragraphs, each with its own direction. Together their text is the document's text, to the last character.
function blocks(document, text, ranges) {
  const headings = starts(text, document.headings.map(({ start }) => start));
  const pages = starts(text, document.pages);
  const root = new DocumentFragment();
  const tables = tablesOf(text);
  const told = languages(document, text);
  let into = root;
  for (const match of text.matchAll(/[^\n]*(?:\n+|$)/g)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start === end) continue;
    const inside = (place) => start <= place && place < end;
    const page = pages.findLastIndex(inside);
    const block = foreign("div", "", told(start), {
      class: headings.some(inside) ? "block heading" : "block",
      "data-page": page > 0 ? pageWords(page + 1, document.page_labels[page]) : null,
    });
    const local = touching(ranges, start, end);
    if (start >= tables[0]?.end) tables.shift();
    if (start === tables[0]?.start) root.append((into = tableElement(tables[0])));
    else if (!(start > tables[0]?.start)) into = root;
    if (into === root) fill(block, match[0], local);
    else block.append(...cells(match[0], local));
    into.append(block);
  }
  return root;
}

// Which language stands at a place; places in the order of the text.
function languages({ language, stretches }, text) {
  const edges = unitsOf(text, stretches.flatMap(({ start, end }) => [start, end]));
  const turns = stretches.map((stretch, n) => ({ language: stretch.language, start: edges[2 * n], end: edges[2 * n + 1] }));
  return (place) => {
    while (turns[0]?.end <= place) turns.shift();
    return turns[0]?.start <= place ? turns[0].language : language;
  };
}

// The ranges that reach into a stretch, as offsets in it.
const touching = (ranges, start, end) => ranges
  .filter((range) => range.start < end && range.end > start)
  .map((range) => ({ ...range, start: Math.max(range.start, start) - start, end: Math.min(range.end, end) - start, begins: range.begins !== false && range.start >= start }));

function fill(element, text, ranges) {
  for (const piece of pieces(text, ranges)) element.append(marked(piece, ranges));
}

// Those of a row, each with the tab behind it.
function cells(row, ranges) {
  return [...row.matchAll(/[^\t]*\t|[^\t]+$/g)].map(({ 0: text, index }) => {
    const cell = el("span", { class: "cell" });
    fill(cell, text, touching(ranges, index, index + text.length));
    return cell;
  });
}

// Where tables begin and end, and how wide their columns are.
function tablesOf(text) {
  return [...text.matchAll(/(?:^[^\n]*\t[^\n]*(?:\n|$)){2,}/gm)].map((table) => {
    const lengths = [];
    for (const row of table[0].trimEnd().split("\n")) row.split("\t").forEach((cell, column) => (lengths[column] ??= []).push(cell.replace(WIDE, "00").length));
    return { start: table.index, end: table.index + table[0].length, widths: lengths.map(columnWidth) };
  });
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/g;

// In em, with the room between columns: nine in ten of its cells stand on one line, if they are not long.
function columnWidth(lengths) {
  lengths.sort((a, b) => a - b);
  return Math.min(0.6 * lengths[Math.min(Math.ceil(0.9 * lengths.length), lengths.length - 1)] + 1.7, 17);
}

// One that is wider than the page is scrolled by itself.
function tableElement({ widths }) {
  const element = el("div", { class: "table", role: "group", tabindex: 0, "aria-label": t("table") });
  element.style.setProperty("--columns", widths.map((width) => `${width}em`).join(" "));
  return element;
}

const starts = (text, points) => unitsOf(text, points).filter((unit) => unit !== null);

function marked({ start, text, kinds }, ranges) {
  if (kinds.size === 0) return document.createTextNode(text);
  const own = ranges.findLast((range) => range.citation && range.start <= start && start < range.end);
  const numbered = ranges.find((range) => range.n && range.begins && range.start === start);
  const mark = el("mark", { class: [...kinds].join(" "), tabindex: kinds.has("here") ? -1 : null, "data-n": numbered && number(numbered.n) }, text);
  if (own && !kinds.has("here")) mark.dataset.address = placeAddress(own.citation);
  return mark;
}

function land() {
  const here = $("source-text").querySelector(".here");
  if (here === null) {
    $("source").scrollTop = 0;
    $("source-title").focus({ preventScroll: true });
    return;
  }
  here.focus({ preventScroll: true });
  here.scrollIntoView({ block: "center" });
  $("source-text").querySelector(".table .exact")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function showMeta({ document, text }, place) {
  const size = t("characters", { n: document.characters });
  const where = place.start === undefined ? [] : whereabouts(document, text, place.start);
  const words = [...where, dated(document), languageNames(document.languages), size, ...picturedWords(document.metadata)].filter(Boolean).join(" · ");
  const address = webAddress(document.source);
  const original = address
    ? el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, t("original"))
    : document.printed && el("a", { href: originalAddress(document.id), download: "" }, t("original_file"));
  $("source-meta").replaceChildren(words, ...(original ? [" · ", original] : []));
}

// The page and the heading under which an offset lies.
function whereabouts({ pages, page_labels, headings }, text, start) {
  const page = pages.filter((first) => first <= start).length;
  const heading = headings.findLast((candidate) => candidate.start <= start);
  const [from, to] = heading ? unitsOf(text, [heading.start, heading.end]) : [0, 0];
  return [page > 0 && pageWords(page, page_labels[page - 1]), text.slice(from, to).trim()];
}

// Previous and next among the quotations of one answer, across documents.
function showSteps(place, citations) {
  const at = citations.findIndex((citation) => samePlace(citation, place));
  $("source-steps").hidden = at < 0 || citations.length < 2;
  $("source-count").textContent = t("source_of", { at: number(at + 1), n: citations.length });
  for (const [id, step] of [["source-previous", -1], ["source-next", 1]]) {
    const target = citations[at + step];
    $(id).disabled = target === undefined;
    $(id).dataset.address = target === undefined ? "" : placeAddress(target);
  }
}
