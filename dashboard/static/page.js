// Small things of every page: colours by the system's preference or the person's choice, running clocks,
// and jumping in a recording from a line of the transcript.

const CHOICES = ["auto", "light", "dark"];
const NAMES = { auto: "自動", light: "明るい", dark: "暗い" };

function chosen() {
  const stored = localStorage.getItem("uketsuke.colours");
  return CHOICES.includes(stored) ? stored : "auto";
}

function paint() {
  const choice = chosen();
  Quasar.Dark.set(choice === "auto" ? "auto" : choice === "dark");
  for (const label of document.querySelectorAll("[data-colours-name]")) label.textContent = NAMES[choice];
}

function tick() {
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000));
    element.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-colours]")) {
    localStorage.setItem("uketsuke.colours", CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length]);
    paint();
    return;
  }
  const line = event.target.closest("[data-at]");
  const player = document.querySelector("[data-player]");
  if (line && player) {
    player.currentTime = Number(line.dataset.at) / 1000;
    player.play();
  }
});

// What is unfolded comes into sight: the transcript keeps to its newest line otherwise.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open) event.target.scrollIntoView({ block: "nearest" });
  },
  true,
);

// Marks the line that is being played.
document.addEventListener(
  "timeupdate",
  (event) => {
    if (!event.target.matches("[data-player]")) return;
    let now = null;
    for (const line of document.querySelectorAll("[data-line-at]")) {
      line.classList.remove("now");
      if (Number(line.dataset.lineAt) / 1000 <= event.target.currentTime + 0.05) now = line;
    }
    if (now) now.classList.add("now");
  },
  true,
);

window.addEventListener("load", () => {
  paint();
  tick();
  setInterval(tick, 1000);
});
