// Every word of the interface, a table a language. A message is a string, or forms by plural category (CLDR).

import { recalled, remember } from "./memory.js";
import { en } from "./strings/en.js";
import { ru } from "./strings/ru.js";
import { az } from "./strings/az.js";
import { tr } from "./strings/tr.js";
import { zh } from "./strings/zh.js";

const TABLES = { en, ru, az, tr, zh };
export const LANGUAGES = { en: "English", ru: "Русский", az: "Azərbaycanca", tr: "Türkçe", zh: "中文" };
const KEPT = "quoth.interface";

let language = chosen();

function chosen() {
  const wanted = [recalled(KEPT), ...(navigator.languages ?? [])];
  return wanted.map((tag) => tag?.split("-")[0].toLowerCase()).find((tag) => Object.hasOwn(TABLES, tag ?? "")) ?? "en";
}

export const interfaceLanguage = () => language;

export function setInterfaceLanguage(tag) {
  language = tag;
  remember(KEPT, tag);
}

export function t(key, values = {}) {
  let message = TABLES[language][key] ?? en[key] ?? key;
  if (typeof message === "object") message = message[new Intl.PluralRules(language).select(values.n)] ?? message.other;
  return message.replace(/\{(\w+)\}/g, (_, name) => (name === "n" ? number(values.n) : String(values[name] ?? "")));
}

// What went wrong, in words; in the service's own where there are none here.
export function failureWords({ kind, message }) {
  const known = `error_${kind}`;
  return t(Object.hasOwn(en, known) ? known : "error_other", { message });
}

// A page by what is printed on it, else by its place in the file.
export const pageWords = (page, label) => t("page", { page: label || number(page) });

// Which pages are pictures: those that were read off them, and those that could not be read.
export const picturedWords = (about) => ["ocr_pages", "unread_pages"].map((key) => about[key] && t(key, { pages: about[key] }));

// What became of a file.
export const addedWords = (result) => [t(`upload_${result.change}`), ...picturedWords(result)].filter(Boolean).join(" · ");

// Set in the quotation marks of the interface language.
export const quoted = (text) => t("quoted", { text });

// Chromium says that it knows Azerbaijani and has no words of it: dates then go in figures, and these as in Turkish.
const known = () => new Intl.DisplayNames([language], { type: "language" }).of("en") !== "en";

export const number = (n) => new Intl.NumberFormat(known() ? language : "tr").format(n);

// English as it is written where the reader is: 4 July 2024, or July 4, 2024.
const regional = () => navigator.languages?.find((tag) => tag.split("-")[0] === language) ?? language;

export function languageName(tag) {
  if (!tag || tag === "und") return null;
  try {
    return new Intl.DisplayNames([known() ? language : tag], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

export const languageNames = (tags) => tags.map(languageName).filter(Boolean).join(", ");

// A file's own time is marked as such: it need not be the date of what it says.
export function dated({ date, date_origin }) {
  return date && date_origin === "file" ? t("file_date", { date: dateName(date) }) : dateName(date);
}

export function dateName(date) {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? "");
  if (!day) return date || null;
  if (!known()) return `${day[3]}.${day[2]}.${day[1]}`;
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(regional(), options).format(Date.UTC(day[1], day[2] - 1, day[3]));
}

// Puts the words of the interface language into the elements of index.html that ask for them.
export function translate(root) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", t(element.dataset.tLabel));
  for (const element of root.querySelectorAll("[data-t-placeholder]")) element.placeholder = t(element.dataset.tPlaceholder);
}
