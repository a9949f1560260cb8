// The short list of documents on the empty page.

import { $, el, foreign } from "./dom.js";
import { placeAddress } from "./offsets.js";
import { dated, languageName, t } from "./strings.js";

const AT_FIRST = 6;

export function showLibrary(documents, whole = false) {
  $("library-title").textContent = documents.length === 0 ? t("library_empty") : t("library_title", { n: documents.length });
  const listed = whole ? documents : documents.slice(0, AT_FIRST);
  $("library-list").replaceChildren(...listed.map(entry));
  const more = $("library-more");
  more.hidden = listed.length === documents.length;
  more.textContent = t("library_more", { n: documents.length - listed.length });
  more.onclick = () => {
    showLibrary(documents, true);
    $("library-list").children[AT_FIRST]?.querySelector("a").focus();
  };
}

function entry(document) {
  const { id, title, language } = document;
  const about = [dated(document), languageName(language)].filter(Boolean).join(" · ");
  const link = el("a", { class: "to-source", href: placeAddress({ document_id: id }) }, foreign("span", title || id, null, { class: "title" }));
  return el("li", {}, link, el("span", { class: "meta" }, about));
}
