// What the browser remembers. It may forbid that altogether: then what is chosen lasts as long as the page.

export function trying(reading) {
  try {
    return reading();
  } catch {
    return null;
  }
}

export const recalled = (key) => trying(() => localStorage.getItem(key));

export const remember = (key, value) => trying(() => localStorage.setItem(key, value));
