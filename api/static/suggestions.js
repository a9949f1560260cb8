// Where to begin: questions and names that stand in the documents.

import { $, el, foreign } from "./dom.js";

const MOST = 6;

export function showSuggestions(suggestions, onAsk) {
  const different = suggestions.filter(({ text }, at) => suggestions.findIndex((other) => other.text === text) === at);
  const items = different.slice(0, MOST).map(({ text, language }) => {
    const button = foreign("button", text, language, { type: "button", class: "suggestion", onclick: () => onAsk(text) });
    return el("li", {}, button);
  });
  $("suggestions-list").replaceChildren(...items);
  $("suggestions").hidden = items.length === 0;
}
