// The kept conversations: open, rename, save as a file, delete.

import { download, json, markdown } from "./citation.js";
import { kept } from "./conversation.js";
import { $, el } from "./dom.js";
import { offerUndo } from "./notice.js";
import { dateName, t } from "./strings.js";

let leaving = null; // the id whose delete can still be undone

// current: the conversation on the page. page: open(conversation), renamed(conversation), left() and changed().
export function showHistory(current, page) {
  const listed = kept().filter(({ id }) => id !== leaving);
  $("history").replaceChildren(...listed.map((conversation) => entry(conversation, conversation.id === current.id, page)));
  $("history-empty").hidden = listed.length > 0;
}

function entry(conversation, isCurrent, page) {
  const { title } = conversation;
  const open = el("button", { type: "button", class: "history-open", dir: "auto", "aria-current": isCurrent ? "true" : null, onclick: () => page.open(conversation) }, title);
  const tool = (icon, key, onclick) =>
    el("button", { type: "button", class: `tool icon icon-${icon}`, "aria-label": `${t(key)}: ${title}`, title: t(key), onclick });
  const item = el("li", { class: isCurrent ? "entry current" : "entry" });
  item.append(
    el("div", { class: "entry-text" }, open, el("p", { class: "meta" }, dateName(new Date(conversation.changed).toISOString().slice(0, 10)))),
    el("div", { class: "entry-tools" },
      tool("edit", "rename", () => rename(item, conversation, page)),
      tool("markdown", "save_markdown", () => download(`${title}.md`, "text/markdown", markdown(conversation))),
      tool("json", "save_json", () => download(`${title}.json`, "application/json", json(conversation))),
      tool("delete", "delete", () => take(conversation, isCurrent, page)),
    ),
  );
  return item;
}

function rename(item, conversation, page) {
  const box = el("input", { class: "field", dir: "auto", maxlength: 200, "aria-label": t("name"), value: conversation.title });
  const form = el("form", { class: "renaming" }, box, el("button", { class: "quiet-button" }, t("save")));
  const done = () => {
    page.changed();
    $("history").querySelector("[aria-current], button")?.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    conversation.rename(box.value);
    page.renamed(conversation);
    done();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    done();
  });
  item.replaceChildren(form);
  box.select();
}

function take(conversation, isCurrent, page) {
  const back = () => {
    leaving = null;
    if (isCurrent) page.open(conversation);
    else page.changed();
  };
  offerUndo(t("conversation_deleted"), {
    undo: back,
    commit: () => {
      if (leaving === conversation.id) leaving = null;
      conversation.forget();
      page.changed();
    },
  });
  leaving = conversation.id;
  if (isCurrent) page.left();
  else page.changed();
  $("notice").querySelector("button").focus();
}
