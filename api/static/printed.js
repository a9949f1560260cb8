// The pages of a source as they were printed, the quotations marked on them.

import { pictureAddress, placesOnPage } from "./client.js";
import { placed } from "./clip.js";
import { $, el } from "./dom.js";
import { recalled, remember } from "./memory.js";
import { placeAddress } from "./offsets.js";
import { failureWords, number, pageWords, t } from "./strings.js";

const KEPT = "quoth.printed";
let wanted = recalled(KEPT) === "yes";
let turn = 0; // the latest wish wins when pages arrive out of order
let shown = null; // {document, page, marks}

// Whether sources are to be shown so, where they can be.
export const wantsPrinted = () => wanted;

export function wantPrinted(is) {
  wanted = is;
  remember(KEPT, is ? "yes" : "no");
}

// "Page 2 of 193", or by what is printed on it "page ii (2 / 193)".
function pageOf({ pages, page_labels }, page) {
  const [at, all] = [number(page), number(pages.length)];
  const label = page_labels[page - 1];
  return label ? `${pageWords(page, label)} (${at} / ${all})` : t("page_of", { page: at, pages: all });
}

export const pageAt = ({ pages }, start = 0) => Math.max(pages.findLastIndex((first) => first <= start), 0) + 1;

// marks: [{start, end, kind, n, citation}], places in code points.
export async function showPage(document, page, marks) {
  const mine = ++turn;
  shown = { document, page, marks };
  $("page-count").textContent = pageOf(document, page);
  $("page-previous").disabled = page <= 1;
  $("page-next").disabled = page >= document.pages.length;
  $("source-status").textContent = "";
  $("sheet").setAttribute("aria-busy", "true");
  try {
    const places = await placesOnPage(document.id, page, marks);
    if (mine === turn) lay(document, places, marks);
  } catch (failure) {
    if (mine !== turn) return;
    $("sheet").replaceChildren();
    $("source-status").textContent = failureWords(failure);
  }
}

export function forgetPage() {
  turn += 1;
  shown = null;
  $("sheet").replaceChildren();
}

// The sheet has its shape before its picture is there, and keeps the picture while only marks change.
function lay({ id, title, language }, { page, width, height, marks: boxes }, marks) {
  const sheet = $("sheet");
  sheet.dir = new Intl.Locale(language).getTextInfo?.().direction ?? "ltr"; // on which side numbers stand
  sheet.style.aspectRatio = `${width} / ${height}`;
  const pixels = Math.min(Math.max(Math.ceil((sheet.clientWidth * devicePixelRatio) / 200) * 200, 600), 2400);
  const address = pictureAddress(id, page, pixels);
  const before = sheet.querySelector("img");
  const same = before?.getAttribute("src") === address;
  const picture = same ? before : el("img", { src: address, alt: t("page_picture", { page: number(page), title }), onload: settled, onerror: failed });
  const drawn = marks.flatMap((mark, at) => boxes[at].map((box) => drawnMark(mark, box)));
  sheet.replaceChildren(picture, ...drawn, ...numbers(marks, boxes));
  if (same) settled();
  const here = sheet.querySelector(".exact") ?? sheet.querySelector(".here");
  if (here) here.scrollIntoView({ block: "center" });
  else $("source").scrollTop = 0;
}

const settled = () => $("sheet").removeAttribute("aria-busy");

function failed() {
  settled();
  $("source-status").textContent = failureWords({ kind: "page_missing" });
}

function drawnMark({ kind, citation }, box) {
  const mark = el("div", { class: `drawn ${kind}` });
  if (citation && kind !== "here") mark.dataset.address = placeAddress(citation);
  return placed(mark, box);
}

// In the margin, where each begins: of two in one line one beside the other.
function numbers(marks, boxes) {
  const taken = new Map();
  return marks.map(({ n, kind }, at) => [n, kind, boxes[at][0]?.[1]]).filter(([n, , top]) => n && top !== undefined).map(([n, kind, top]) => {
    const place = Math.round(100 * top);
    const before = taken.get(place) ?? 0;
    taken.set(place, before + 1);
    const mark = el("span", { class: `page-number ${kind}`, "aria-hidden": true }, number(n));
    mark.style.top = `${100 * top}%`;
    mark.style.insetInlineStart = `${1.3 * before - 0.65}rem`;
    return mark;
  });
}

function turnPage(by) {
  if (shown) showPage(shown.document, shown.page + by, shown.marks);
}

export function startPrinted(openAddress) {
  $("page-previous").addEventListener("click", () => turnPage(-1));
  $("page-next").addEventListener("click", () => turnPage(1));
  $("sheet").addEventListener("click", (event) => {
    const { address } = event.target.closest(".drawn")?.dataset ?? {};
    if (address) openAddress(address);
  });
}
