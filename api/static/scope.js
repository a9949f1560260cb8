// Which documents a conversation asks: the filters of the API, and words for them.

import { number, t } from "./strings.js";

export const WHOLE = { documents: [], languages: [], date_from: null, date_to: null };

export const isWhole = ({ documents, languages, date_from, date_to }) =>
  documents.length === 0 && languages.length === 0 && !date_from && !date_to;

// As the service does it: an undated document passes no bound.
export function admits({ documents, languages, date_from, date_to }, { id, languages: told, date }) {
  return (
    (documents.length === 0 || documents.includes(id)) &&
    (languages.length === 0 || told.some((tag) => languages.includes(tag))) &&
    (!date_from || (date ?? "") >= date_from) &&
    (!date_to || (date !== null && date <= date_to))
  );
}

export function scopeWords(scope, documents) {
  const all = documents.length;
  if (isWhole(scope)) return t("scope_all", { n: all });
  return t("scope_some", { n: documents.filter((document) => admits(scope, document)).length, all: number(all) });
}

export const toggled = (list, value) => (list.includes(value) ? list.filter((other) => other !== value) : [...list, value]);
