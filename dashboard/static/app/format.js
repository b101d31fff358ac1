// How moments, lengths and figures are written.

const MOMENT = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", year: "numeric", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", year: "numeric", month: "numeric", day: "numeric", weekday: "short" });

export const moment = (iso) => (iso ? MOMENT.format(new Date(iso)) : "―");
export const fullMoment = (iso) => (iso ? FULL.format(new Date(iso)) : "―");
export const day = (iso) => (iso ? DAY.format(new Date(iso)) : "―");
export const clock = (seconds) => {
  if (seconds === null || seconds === undefined) return "―";
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};
export const since = (iso, now = Date.now()) => clock((now - Date.parse(iso)) / 1000);
export const ms = (value) => (value === null || value === undefined ? "―" : value >= 1000 ? `${(value / 1000).toFixed(2)}秒` : `${Math.round(value)}ミリ秒`);
export const percent = (value, digits = 1) => (value === null || value === undefined ? "―" : `${(value * 100).toFixed(digits)}%`);
export const count = (value) => (value === null || value === undefined ? "―" : Number(value).toLocaleString("ja-JP"));
