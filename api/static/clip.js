// A quotation that was read off a picture of its page: that picture, cut to the quotation, to be compared with it.

import { pictureAddress, placesOnPage } from "./client.js";
import { el } from "./dom.js";
import { number, t } from "./strings.js";

const ROOM = 0.7; // x the height of a line, left around it
const [NARROW, WIDE] = [40, 46]; // rem: as wide the whole page would be drawn; what then has no room is scrolled

export function clipOf(quote) {
  const clip = el("div", { class: "clip" });
  const watch = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    watch.disconnect();
    show(clip, quote).catch(() => clip.remove()); // its file is gone: what the source view then says is enough
  });
  watch.observe(clip);
  return el("div", { class: "off-picture" }, el("p", { class: "meta" }, t("read_off_picture")), clip);
}

async function show(clip, { document_id, page, start, end, highlight }) {
  const stretches = [{ start, end }, ...(highlight ? [{ start: highlight[0], end: highlight[1] }] : [])];
  const { width, height, marks: [boxes, exact = []] } = await placesOnPage(document_id, page, stretches);
  const [left, top, right, bottom] = around(boxes, width / height);
  const [across, down] = [right - left, bottom - top];
  const within = ([x, y, toX, toY]) => [(x - left) / across, (y - top) / down, (toX - left) / across, (toY - top) / down];
  const cut = el("div", { class: "cut" });
  cut.style.width = `clamp(${NARROW * across}rem, 100%, ${WIDE * across}rem)`;
  cut.style.aspectRatio = `${width * across} / ${height * down}`;
  clip.append(cut);
  const pixels = Math.min(Math.max(Math.ceil((cut.clientWidth * devicePixelRatio) / across / 200) * 200, 600), 3000);
  const label = t("clip", { page: number(page) });
  const picture = el("img", { src: pictureAddress(document_id, page, pixels), alt: label, onerror: () => clip.remove() });
  const marks = exact.map((box) => placed(el("div", { class: "drawn exact" }), within(box)));
  cut.append(placed(picture, within([0, 0, 1, 1])), ...marks);
  if (clip.scrollWidth > clip.clientWidth) scroll(clip, label, marks[0]);
}

// To the answer; and by keyboard.
function scroll(clip, label, mark) {
  for (const [name, value] of Object.entries({ tabindex: 0, role: "group", "aria-label": label })) clip.setAttribute(name, value);
  if (mark) clip.scrollLeft = mark.offsetLeft + mark.offsetWidth / 2 - clip.clientWidth / 2;
}

// What the boxes take up together, in shares of the page, with some room; shape: its width over its height.
function around(boxes, shape) {
  const room = ROOM * (boxes[0][3] - boxes[0][1]);
  const edge = (side, choose) => choose(...boxes.map((box) => box[side]));
  const sides = [edge(0, Math.min) - room / shape, edge(1, Math.min) - room, edge(2, Math.max) + room / shape, edge(3, Math.max) + room];
  return sides.map((side) => Math.min(Math.max(side, 0), 1));
}

// Puts an element where a box is, in shares of what it stands in.
export function placed(element, [left, top, right, bottom]) {
  for (const [side, share] of Object.entries({ left, top, width: right - left, height: bottom - top })) element.style[side] = `${100 * share}%`;
  return element;
}
