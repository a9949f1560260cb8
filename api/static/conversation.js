// Conversations, kept in this browser: each under a key of its own, so that two tabs do not write over each other.

import { trying } from "./memory.js";
import { WHOLE } from "./scope.js";

const KEPT = "quoth.conversation.";
const CURRENT = "quoth.current"; // the one of this tab
const MOST_KEPT = 50;
const MOST_TURNS = 30;
const MOST_SENT = 6;

export class Conversation {
  constructor({ id, name = null, changed = 0, scope = WHOLE, turns = [] } = {}) {
    this.id = id ?? `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    this.name = name; // given by hand; else the first question names it
    this.changed = changed;
    this.scope = scope; // which documents are asked
    this.turns = turns; // [{question, scope, said}], said: an Answer, or null until there is one
  }

  get title() {
    return this.name ?? this.turns[0]?.question ?? "";
  }

  add(question) {
    const turn = { question, scope: this.scope, said: null };
    this.turns.push(turn);
    return turn;
  }

  answered(turn, said) {
    turn.said = said;
    this.changed = Date.now();
    this.keep();
  }

  rename(name) {
    this.name = name.trim() || null;
    this.keep();
  }

  // The earlier questions sent with a new one: the last few that were answered, as they were asked, oldest first.
  history(before) {
    const earlier = this.turns.slice(0, this.turns.indexOf(before));
    return earlier.filter(({ said }) => said !== null).map(({ said }) => said.question).slice(-MOST_SENT);
  }

  // What stands beside this place in its answer: quotations, or the nearest passages; latest turn first.
  citations(same) {
    const answers = this.answers().reverse();
    const lists = [...answers.map(({ quotes }) => quotes), ...answers.map(({ passages }) => passages)];
    return lists.find((list) => list.some(same)) ?? [];
  }

  answers() {
    return this.turns.filter(({ said }) => said !== null).map(({ said }) => said);
  }

  keep() {
    const turns = this.turns.filter(({ said }) => said !== null).slice(-MOST_TURNS);
    if (turns.length === 0) return;
    const { id, name, changed, scope } = this;
    write(KEPT + id, JSON.stringify({ id, name, changed, scope, turns }));
    kept().slice(MOST_KEPT).forEach((old) => old.forget());
  }

  forget() {
    localStorage.removeItem(KEPT + this.id);
  }

  // This tab comes back to it after a reload.
  enter() {
    trying(() => sessionStorage.setItem(CURRENT, this.id));
  }
}

// Newest first.
export function kept() {
  const keys = trying(() => Object.keys(localStorage)) ?? [];
  const found = keys.filter((key) => key.startsWith(KEPT)).map((key) => trying(() => JSON.parse(localStorage.getItem(key))));
  return found.filter(Boolean).map((saved) => new Conversation(saved)).sort((a, b) => b.changed - a.changed);
}

export function current() {
  const id = trying(() => sessionStorage.getItem(CURRENT));
  return kept().find((conversation) => conversation.id === id) ?? new Conversation();
}

// Where there is no room left the oldest conversations make some.
function write(key, value) {
  for (;;) {
    try {
      localStorage.setItem(key, value);
      return;
    } catch {
      const oldest = kept().findLast((conversation) => KEPT + conversation.id !== key);
      if (oldest === undefined) return; // full or forbidden: the conversation lasts as long as the page
      oldest.forget();
    }
  }
}
