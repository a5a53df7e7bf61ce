// The words of the reader's language, as the server gave them, and durations told with them.
const block = document.getElementById("screen-words");
export const words = block ? JSON.parse(block.textContent) : {};

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const pattern = (text, count) => (text || "").replace("%n", count);

// The same rule as libin.ui.formats.duration.
export function duration(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < MINUTE) return words.less;
  if (whole < HOUR) return pattern(words.minutes, Math.floor(whole / MINUTE));
  if (whole >= 10 * HOUR && whole < 48 * HOUR) return pattern(words.hours, Math.floor(whole / HOUR));
  if (whole < 10 * HOUR) return joined(pattern(words.hours, Math.floor(whole / HOUR)), whole % HOUR >= MINUTE && pattern(words.minutes, Math.floor((whole % HOUR) / MINUTE)));
  const days = Math.floor(whole / DAY);
  const told = pattern(days === 1 ? words.day : words.days, days);
  if (whole >= 10 * DAY) return told;
  return joined(told, whole % DAY >= HOUR && pattern(words.hours, Math.floor((whole % DAY) / HOUR)));
}
const joined = (larger, smaller) => (smaller ? `${larger} ${smaller}` : larger);

export const told = (key, length) => (words[key] || "").replace("%d", length);
export const counted = (key, count) => pattern(words[key], count);
