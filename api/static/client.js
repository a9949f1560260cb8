// Talks to the API. Every failure is a Failure with a kind that strings.js has words for.

export class Failure extends Error {
  constructor(kind, message = "", retryAfter = 0) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new Failure("unreachable");
  }
  if (response.ok) return response;
  throw failureOf(await response.text().catch(() => ""), response.status, Number(response.headers.get("Retry-After")));
}

function failureOf(body, status = 0, retryAfter = 0) {
  try {
    const { error } = JSON.parse(body);
    return new Failure(error.type, error.message, retryAfter || 0);
  } catch {
    return new Failure("unreadable", `${status}`);
  }
}

const posted = (value, signal) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
  signal,
});

const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });

// -- questions --

// Asks again while the engine is loading, and a few times while it is busy. onStep is told what is being done.
export async function ask(question, signal, onStep) {
  for (let busy = 0; ; ) {
    try {
      return await answerOf(await call("/v1/ask/events", posted(question, signal)), onStep);
    } catch (error) {
      if (error.kind === "busy") busy += 1;
      if (!["not_ready", "busy"].includes(error.kind) || busy > 3) throw error;
      onStep(error.kind);
      await pause(error.retryAfter || 1, signal);
    }
  }
}

async function answerOf(response, onStep) {
  for await (const { kind, data } of eventsOf(response.body.getReader())) {
    if (kind === "answer") return JSON.parse(data);
    if (kind === "error") throw failureOf(data);
    onStep(JSON.parse(data).step);
  }
  throw new Failure("unreachable"); // the connection ended before the answer
}

async function* eventsOf(reader) {
  const decoder = new TextDecoder();
  let arrived = "";
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Failure("unreachable");
    });
    if (done) return;
    const blocks = (arrived + decoder.decode(value, { stream: true })).split("\n\n");
    arrived = blocks.pop();
    for (const block of blocks) {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block);
      yield { kind, data };
    }
  }
}

export const verify = async (answer) => (await call("/v1/verify", posted(answer))).json();

export const suggestions = async () => (await (await call("/v1/suggestions")).json()).suggestions;

export async function ready() {
  const response = await fetch("/readyz").catch(() => null);
  return response !== null && response.ok;
}

// -- documents --

const addressOf = (id) => `/v1/documents/${encodeURIComponent(id)}`;

export const documents = async () => (await (await call("/v1/documents")).json()).documents;

export const documentOf = async (id) => (await call(addressOf(id))).json();

export async function textOf(id) {
  const response = await call(`${addressOf(id)}/text`);
  // response.text() would drop a leading byte order mark and shift every offset by one.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

// Where stretches of the text stand on a printed page; places: [{start, end}] in code points.
export async function placesOnPage(id, page, places) {
  const marks = new URLSearchParams(places.map(({ start, end }) => ["mark", `${start}-${end}`]));
  return (await call(`${addressOf(id)}/pages/${page}?${marks}`)).json();
}

export const pictureAddress = (id, page, width) => `${addressOf(id)}/pages/${page}/picture?width=${width}`;

export const originalAddress = (id) => `${addressOf(id)}/original`;

// keepalive: a delete that is due when the page is left still goes out.
export const remove = (id) => call(addressOf(id), { method: "DELETE", keepalive: true });

// onSent is told the share of the file that has gone out. Gives what the file did (added, replaced or unchanged) and
// which of its pages could not be read.
export async function add(file, name, onSent) {
  const form = new FormData();
  form.append("files", file, name);
  const [result] = (await sent("POST", "/v1/documents", form, onSent)).results;
  if (result.error) throw new Failure(result.error.type, result.error.message);
  return result;
}

export async function put(id, file, onSent) {
  const address = `${addressOf(id)}?name=${encodeURIComponent(file.name)}`;
  return sent("PUT", address, file, onSent);
}

// Only XMLHttpRequest tells how much has been sent.
function sent(method, address, body, onSent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.upload.addEventListener("progress", (event) => onSent(event.loaded / (event.total || 1)));
    request.addEventListener("error", () => reject(new Failure("unreachable")));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(failureOf(request.responseText, request.status));
    });
    request.send(body);
  });
}
