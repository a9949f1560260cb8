// Offsets arrive in code points; JavaScript counts UTF-16 units. All conversion is here.

// The UTF-16 offset of each code point offset, or null for one past the end.
export function unitsOf(text, points) {
  const wanted = [...new Set(points)].sort((a, b) => a - b);
  const found = new Map();
  let unit = 0;
  let point = 0;
  for (const target of wanted) {
    while (point < target && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    found.set(target, point === target ? unit : null);
  }
  return points.map((target) => found.get(target));
}

export function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

// Cuts text wherever a range begins or ends. ranges: [{start, end, kind}] in UTF-16 units; kinds: those over a piece.
export function pieces(text, ranges) {
  const cuts = [...new Set([0, text.length, ...ranges.flatMap(({ start, end }) => [start, end])])]
    .filter((cut) => cut >= 0 && cut <= text.length)
    .sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const kinds = ranges.filter((range) => range.start <= start && end <= range.end).map(({ kind }) => kind);
    return { start, end, text: text.slice(start, end), kinds: new Set(kinds) };
  });
}

// /documents/{id}#start-end, both ways.
export function placeAddress({ document_id, start, end }) {
  const hash = Number.isInteger(start) ? `#${start}-${end}` : "";
  return `/documents/${encodeURIComponent(document_id)}${hash}`;
}

export function placeOf({ pathname, hash }) {
  if (!pathname.startsWith("/documents/")) return null;
  try {
    const document_id = decodeURIComponent(pathname.slice("/documents/".length));
    const range = /^#(\d{1,15})-(\d{1,15})$/.exec(hash);
    if (!range) return { document_id };
    return { document_id, start: Number(range[1]), end: Number(range[2]) };
  } catch {
    return null;
  }
}
