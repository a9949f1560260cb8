// Says what has been done and offers to take it back; it is done for good only when the offer ends.

import { $, el } from "./dom.js";
import { t } from "./strings.js";

const OFFERED_MS = 8000;
let open = null; // {timer, commit}

export function offerUndo(words, { undo, commit }) {
  settle();
  const button = el("button", { type: "button", class: "quiet-button" }, t("undo"));
  button.addEventListener("click", () => {
    end();
    undo();
  });
  $("notice").replaceChildren(el("span", { dir: "auto" }, words), button);
  open = { timer: setTimeout(settle, OFFERED_MS), commit };
}

// What was offered back and not taken is done now.
export async function settle() {
  const due = open;
  end();
  await due?.commit();
}

function end() {
  clearTimeout(open?.timer);
  open = null;
  $("notice").replaceChildren();
}

window.addEventListener("pagehide", settle);
