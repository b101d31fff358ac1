// Light, dark, or as the system has it. The choice stays in the browser.

const KEY = "uketsuke.colours";
export const CHOICES = ["auto", "light", "dark"];
export const NAMES = { auto: "自動", light: "明るい", dark: "暗い" };

export function chosen() {
  const kept = localStorage.getItem(KEY);
  return CHOICES.includes(kept) ? kept : "auto";
}

export function paint() {
  const choice = chosen();
  if (choice === "auto") delete document.documentElement.dataset.colours;
  else document.documentElement.dataset.colours = choice;
}

export function choose(choice) {
  localStorage.setItem(KEY, choice);
  paint();
}
