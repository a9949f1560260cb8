// The ask box: Enter asks, Shift+Enter breaks the line, and Enter that ends an input method's word does neither.

import { $ } from "./dom.js";
import { t } from "./strings.js";

export function startComposer(onAsk) {
  const box = $("question");
  const send = () => {
    const question = box.value.trim();
    if (!question || !$("stop").hidden) return;
    box.value = "";
    fit();
    onAsk(question);
  };
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    // 229 is what Safari sends for the Enter that ends a composition.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

// Words to go on from.
export function beginQuestion(words) {
  const box = $("question");
  box.value = `${words} `;
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

export function setBusy(busy) {
  const hadFocus = [$("ask"), $("stop")].includes(document.activeElement);
  $("ask").hidden = busy;
  $("stop").hidden = !busy;
  if (hadFocus) $(busy ? "stop" : "ask").focus();
}

export function setStarted(started) {
  document.body.dataset.state = started ? "talking" : "empty";
  $("new").hidden = !started;
  $("question").placeholder = t(started ? "follow_up_placeholder" : "question_placeholder");
}
