// The turns of this conversation, kept as long as the browser's tab.

const KEPT = "quoth.conversation";
const MOST_KEPT = 30;
const MOST_SENT = 6;

export class Conversation {
  constructor() {
    this.turns = remembered(); // [{question, said}], said: an Answer, or null until there is one
  }

  add(question) {
    const turn = { question, said: null };
    this.turns.push(turn);
    return turn;
  }

  answered(turn, said) {
    turn.said = said;
    this.keep();
  }

  // The earlier questions sent with a new one: the last few that were answered, oldest first.
  history(before) {
    const earlier = this.turns.slice(0, this.turns.indexOf(before));
    return earlier.filter(({ said }) => said !== null).map(({ question }) => question).slice(-MOST_SENT);
  }

  // The quotations of the turn that quotes this place.
  citations(same) {
    const turn = this.turns.findLast(({ said }) => said?.quotes.some(same));
    return turn?.said.quotes ?? [];
  }

  clear() {
    this.turns = [];
    this.keep();
  }

  keep() {
    const kept = this.turns.filter(({ said }) => said !== null).slice(-MOST_KEPT);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // Full or forbidden: the conversation lasts as long as the page.
    }
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}
