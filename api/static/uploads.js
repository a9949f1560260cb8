// Files and folders dropped or chosen, sent one after the other, each with its progress and its outcome in words.

import { add, put } from "./client.js";
import { $, el, foreign } from "./dom.js";
import { addedWords, failureWords, number, t } from "./strings.js";

const waiting = []; // rows yet to be sent
let sending = false;
let failed = 0;
let done = 0;

// onStart: before the first file of a batch. onChange: the library is another one.
export function startUploads({ onStart, onChange }) {
  const take = (files) => {
    if (files.length === 0) return;
    onStart();
    enlist(files);
    if (!sending) sendAll(onChange);
  };
  for (const [button, chooser] of [["add-files", "files"], ["add-folder", "folder"]]) {
    $(button).addEventListener("click", () => $(chooser).click());
    $(chooser).addEventListener("change", () => {
      take([...$(chooser).files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      $(chooser).value = "";
    });
  }
  startDrop(take);
}

function startDrop(take) {
  let depth = 0; // entering a child fires before leaving its parent
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const within = (change) => {
    depth = Math.max(0, depth + change);
    $("drop").hidden = depth === 0;
  };
  document.addEventListener("dragenter", (event) => carriesFiles(event) && within(1));
  document.addEventListener("dragleave", (event) => carriesFiles(event) && within(-1));
  document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    within(-depth);
    // The list is emptied when this listener returns: what is in it is taken before the first wait.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [...event.dataTransfer.files];
    const found = entries.length > 0 ? (await Promise.all(entries.map(filesIn))).flat() : files.map((file) => ({ file, path: file.name }));
    take(found);
  });
}

async function filesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const children = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (some.length === 0) break;
    children.push(...some);
  }
  return (await Promise.all(children.map(filesIn))).flat();
}

function enlist(files) {
  if (!sending) {
    $("uploads").replaceChildren();
    failed = done = 0;
  }
  const names = new Set();
  for (const { file, path } of files) {
    const name = path.split("/").at(-1);
    if (name.startsWith(".") && path !== name) continue; // a folder's own hidden files
    // Two files of one name in one folder tree are two documents.
    const id = names.has(name) ? `${name.replace(/\.[^.]*$/, "")} (${path.split("/").slice(0, -1).join(", ")})` : null;
    names.add(name);
    waiting.push({ file, name, id, ...row(path) });
  }
}

function row(path) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": path });
  const state = el("p", { class: "meta" }, t("upload_waiting"));
  const element = el("li", { class: "upload" }, foreign("p", path, null, { class: "upload-name" }), bar, state);
  $("uploads").append(element);
  return { element, bar, state };
}

async function sendAll(onChange) {
  sending = true;
  while (waiting.length > 0) {
    $("uploads-status").textContent = t("uploads_progress", { at: number(done + failed + 1), n: done + failed + waiting.length });
    await send(waiting.shift());
  }
  sending = false;
  const words = [done > 0 && t("uploads_done", { n: done }), failed > 0 && t("uploads_failed", { n: failed })];
  $("uploads-status").textContent = words.filter(Boolean).join(" ");
  await onChange();
}

async function send({ file, name, id, element, bar, state }) {
  const onSent = (share) => {
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value"); // sent: how long the reading takes is not known
    state.textContent = t(share < 1 ? "upload_sending" : "upload_reading");
  };
  try {
    const result = await (id === null ? add(file, name, onSent) : put(id, file, onSent));
    done += 1;
    state.textContent = addedWords(result);
  } catch (failure) {
    failed += 1;
    element.classList.add("failed");
    state.textContent = failureWords(failure);
    // The exact reason, and what to do, is told in English only.
    if (!state.textContent.includes(failure.message)) element.append(foreign("p", failure.message, "en", { class: "meta" }));
  }
  bar.remove();
}
