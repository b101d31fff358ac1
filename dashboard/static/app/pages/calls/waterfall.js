// Where the time of an answer went: from the end of the caller's words to the first sound.

import { ms } from "../../format.js";
import { h } from "../../vue.js";

const KINDS = ["step-a", "step-b", "step-c", "step-d"];
const HEIGHT = 14;

/** A bar with one stretch for each step; `scaleMs` is the whole width. */
export function waterfall(steps, scaleMs = 2000) {
  if (!steps?.length) return null;
  const total = steps[steps.length - 1].to_ms;
  const whole = Math.max(scaleMs, total);
  const said = steps.map((step) => `${step.name} ${ms(step.took_ms)}`).join("、");
  return h("div", { class: "waterfall" }, [
    h("svg", { viewBox: `0 0 1000 ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `応答まで${ms(total)}（${said}）` }, [
      h("rect", { x: 0, y: 0, width: 1000, height: HEIGHT, class: "step-ground" }),
      ...steps.map((step, at) => h("rect", {
        x: (step.from_ms / whole) * 1000, y: 0, width: Math.max(1, (step.took_ms / whole) * 1000), height: HEIGHT, class: KINDS[at % KINDS.length],
      }, [h("title", `${step.name} ${ms(step.took_ms)}`)])),
    ]),
    h("span", { class: "waterfall-total" }, `応答まで ${ms(total)}`),
    h("span", { class: "waterfall-steps" }, steps.map((step, at) => h("span", { key: step.name }, [
      h("span", { class: `dot ${KINDS[at % KINDS.length]}`, "aria-hidden": "true" }), `${step.name} ${Math.round(step.took_ms)}`,
    ]))),
  ]);
}
