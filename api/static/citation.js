// Quotations to take away: one as a footnote, a conversation as Markdown or JSON.

import { el } from "./dom.js";
import { placeAddress } from "./offsets.js";
import { dated, pageWords, quoted, t } from "./strings.js";

const link = (quote) => new URL(placeAddress(quote), location.origin).href;

// On one line: “What it says.” Title, date, page 3 (file.pdf). http://…/documents/id#12-40
export function footnote(quote) {
  return `${quoted(isolated(oneLine(quote.text)))} ${where(quote)} ${link(quote)}`;
}

function where(quote) {
  const title = isolated(oneLine(quote.title || quote.document_id));
  const page = quote.page ? pageWords(quote.page, quote.page_label) : null;
  const source = quote.source && quote.source !== quote.title ? ` (${isolated(oneLine(quote.source))})` : "";
  return `${[title, dated(quote), page].filter(Boolean).join(", ")}${source}${quote.ocr ? " [OCR]" : ""}.`;
}

const oneLine = (text) => between(text).replace(/\s*\n\s*/g, " ").trim();

// The cells of a row, parted for the eye.
export const between = (text) => text.replace(/\t+/g, " | ");

// A text that turns the direction of writing about is kept from turning what stands around it.
const isolated = (text) => (/[\u202a-\u202e\u2066-\u2069]/.test(text) ? `\u2068${text}\u2069` : text);

export function json({ title, turns }) {
  const told = turns.filter(({ said }) => said !== null).map(({ question, said }) => ({ question, answer: said }));
  return `${JSON.stringify({ conversation: title, turns: told }, null, 2)}\n`;
}

export function markdown({ title, turns }) {
  const notes = [];
  const told = turns.filter(({ said }) => said !== null).map(({ question, said }) => section(question, said, notes));
  const footnotes = notes.map((quote, index) => `[^${index + 1}]: ${plain(where(quote))} <${link(quote)}>`);
  return [`# ${plain(oneLine(title))}`, ...told, footnotes.join("\n")].filter(Boolean).join("\n\n") + "\n";
}

function section(question, said, notes) {
  const heading = `## ${plain(oneLine(question))}`;
  if (said.status === "not_found") return `${heading}\n\n*${plain(t("not_found_title"))}*`;
  const quotes = said.quotes.map((quote) => {
    notes.push(quote);
    return `${plain(between(quote.text)).replace(/^/gm, "> ")} [^${notes.length}]`;
  });
  return [heading, ...quotes].join("\n\n");
}

// Nothing in a quotation is markup.
const plain = (text) => text.replace(/[\\`*_{}[\]<>()#+\-.!|~&]/g, "\\$&");

export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  el("a", { href: address, download: name.replace(/[/\\:*?"<>|\s\p{C}]+/gu, " ").trim().slice(-100) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
