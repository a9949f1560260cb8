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
  throw await failureOf(response);
}

async function failureOf(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  try {
    const { error } = await response.json();
    return new Failure(error.type, error.message, retryAfter);
  } catch {
    return new Failure("unreadable", `${response.status}`, retryAfter);
  }
}

const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });

// Asks again while the engine is loading, and a few times while it is busy.
export async function ask(question, history, signal, onWait) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history }),
    signal,
  };
  for (let busy = 0; ; ) {
    try {
      return await (await call("/v1/ask", options)).json();
    } catch (error) {
      if (error.kind === "busy") busy += 1;
      if (!["not_ready", "busy"].includes(error.kind) || busy > 3) throw error;
      onWait(error.kind);
      await pause(error.retryAfter || 1, signal);
    }
  }
}

export async function ready() {
  const response = await fetch("/readyz").catch(() => null);
  return response !== null && response.ok;
}

export const documents = async () => (await (await call("/v1/documents")).json()).documents;

export const documentOf = async (id) => (await call(`/v1/documents/${encodeURIComponent(id)}`)).json();

export async function textOf(id) {
  const response = await call(`/v1/documents/${encodeURIComponent(id)}/text`);
  // response.text() would drop a leading byte order mark and shift every offset by one.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}
