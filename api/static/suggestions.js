// Where to begin: questions that stand in the documents are asked, names that stand there begin one.

import { $, el, foreign } from "./dom.js";

const MOST = 6;

export function showSuggestions(suggestions, { onAsk, onBegin }) {
  const different = suggestions.filter(({ text }, at) => suggestions.findIndex((other) => other.text === text) === at);
  const items = different.slice(0, MOST).map(({ text, kind, language }) => {
    const onclick = () => (kind === "question" ? onAsk : onBegin)(text);
    const button = foreign("button", text, language, { type: "button", class: `suggestion ${kind}`, onclick });
    return el("li", {}, button);
  });
  $("suggestions-list").replaceChildren(...items);
  $("suggestions").hidden = items.length === 0;
}
