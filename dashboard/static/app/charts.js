// Small charts as SVG. Each can be read without seeing it: its table lies beside it, and every point takes the focus.

import { button, div, newId, span, table } from "./ui.js";
import { computed, defineComponent, h, reactive, ref } from "./vue.js";

const WIDTH = 640;
export const COLOURS = ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "chart-6"];

/** Round steps from 0 to at least `most`: [0, 20, 40, 60]. `whole` keeps to whole numbers. */
export function ticksTo(most, { count = 4, whole = false } = {}) {
  const top = most > 0 ? most : 1;
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough - 1e-9);
  if (whole) step = Math.max(1, Math.ceil(step));
  const ticks = [];
  for (let at = 0; at < top + step - 1e-9; at += step) ticks.push(Number(at.toFixed(10)));
  return ticks;
}

const tidy = (value) => Number(value).toLocaleString("ja-JP", { maximumFractionDigits: 2 });

/** A chart's frame: title for those who cannot see it, the drawing, what is pointed at, and the table instead. */
function framed({ label, state, legend, drawing, columns, rows, note, unit = "", quiet = true }) {
  return h("figure", { class: "chart" }, [
    h("figcaption", { class: "chart-head" }, [
      legend.length > 1 ? h("ul", { class: "chart-legend" }, legend.map(([name, colour]) =>
        h("li", { key: name }, [span(`chart-key ${colour}`), name]))) : null,
      unit && unit !== "%" ? span("chart-axis", `（${unit}）`) : span("grow", ""),
      button(state.asTable ? "グラフで見る" : "表で見る", { kind: "quiet chart-switch", "aria-label": `${label}を${state.asTable ? "グラフ" : "表"}で見る`, onClick: () => { state.asTable = !state.asTable; } }),
    ]),
    state.asTable ? table(columns, rows, { key: "name", caption: label }) : drawing,
    h("p", { class: quiet ? "hidden-text" : "chart-note", "aria-live": "polite" }, note),
  ]);
}

/** What is pointed at, by mouse or by the arrow keys over a row of `count` places. */
function usePointing(count) {
  const state = reactive({ at: null, asTable: false });
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") state.at = null;
    if (step === undefined) return;
    event.preventDefault();
    const from = state.at ?? (step > 0 ? -1 : count());
    state.at = Math.max(0, Math.min(count() - 1, from + step));
  };
  const keys = (label) => ({
    tabindex: 0, role: "img", "aria-label": label, onKeydown: move,
    onFocus: () => { state.at ??= 0; }, onBlur: () => { state.at = null; }, onMouseleave: () => { state.at = null; },
  });
  return { state, keys };
}

const axisY = (ticks, y, left, right, write) => ticks.map((tick) => h("g", { key: `y${tick}` }, [
  h("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: tick === 0 ? "chart-base" : "chart-grid" }),
  h("text", { x: left - 6, y: y(tick) + 4, class: "chart-text end" }, write(tick)),
]));

/** Every so many labels that they do not touch one another. */
function axisX(labels, x, bottom, room) {
  const each = Math.max(1, Math.ceil((labels.length * 38) / room));
  return labels.map((label, at) => (at % each ? null : h("text", { key: `x${at}`, x: x(at), y: bottom + 16, class: "chart-text middle" }, label)));
}

/** The box that names what is pointed at; it stays inside the drawing. */
function tip(lines, x, top, width) {
  const wide = Math.max(...lines.map((line) => [...line].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 12 : 7), 0))) + 16;
  const left = Math.max(2, Math.min(x + 10, width - wide - 2));
  return h("g", { class: "chart-tip", "aria-hidden": "true" }, [
    h("rect", { x: left, y: top, width: wide, height: lines.length * 17 + 8, rx: 5 }),
    ...lines.map((line, at) => h("text", { key: at, x: left + 8, y: top + 17 + at * 17, class: at ? "chart-text" : "chart-text strong" }, line)),
  ]);
}

const shared = { label: String, labels: Array, height: { type: Number, default: 220 }, unit: { type: String, default: "" } };

/** series: [{name, values: [number | null], texts?: [string]}]; a gap stands where a value is not known. */
export const LineChart = defineComponent({
  props: { ...shared, series: Array, most: Number, whole: Boolean },
  setup(props) {
    const { state, keys } = usePointing(() => props.labels.length);
    const box = { left: 46, right: WIDTH - 22, top: 12 };
    const ticks = computed(() => ticksTo(props.most ?? Math.max(0, ...props.series.flatMap((each) => each.values.map((value) => value ?? 0))), { whole: props.whole }));
    const x = (at) => (props.labels.length < 2 ? (box.left + box.right) / 2 : box.left + ((box.right - box.left) * at) / (props.labels.length - 1));
    const textOf = (one, at) => one.texts?.[at] ?? (one.values[at] === null ? "―" : `${tidy(one.values[at])}${props.unit}`);
    return () => {
      const bottom = props.height - 24;
      const top = ticks.value.at(-1);
      const y = (value) => bottom - ((bottom - box.top) * value) / top;
      const lines = props.series.map((one, index) => {
        let path = "";
        let open = false;
        one.values.forEach((value, at) => {
          if (value === null) { open = false; return; }
          path += `${open ? "L" : "M"}${x(at).toFixed(1)},${y(value).toFixed(1)}`;
          open = true;
        });
        const alone = one.values.map((value, at) => value !== null && (one.values[at - 1] ?? null) === null && (one.values[at + 1] ?? null) === null
          ? h("circle", { key: at, cx: x(at), cy: y(value), r: 2.5, class: `chart-dot ${COLOURS[index]}` }) : null);
        return h("g", { key: one.name }, [h("path", { d: path, class: `chart-line ${COLOURS[index]} dash-${index}` }), ...alone]);
      });
      const slot = (box.right - box.left) / Math.max(1, props.labels.length - 1);
      const hits = props.labels.map((_, at) => h("rect", {
        key: at, x: x(at) - slot / 2, y: box.top, width: slot, height: bottom - box.top, class: "chart-hit", onMouseenter: () => { state.at = at; },
      }));
      const at = state.at;
      const said = at === null ? [] : [props.labels[at], ...props.series.map((one) => `${one.name} ${textOf(one, at)}`)];
      const pointed = at === null ? null : h("g", [
        h("line", { x1: x(at), x2: x(at), y1: box.top, y2: bottom, class: "chart-cross" }),
        ...props.series.map((one, index) => (one.values[at] === null ? null : h("circle", { key: index, cx: x(at), cy: y(one.values[at]), r: 4, class: `chart-dot ${COLOURS[index]}` }))),
        tip(said, x(at), box.top, WIDTH),
      ]);
      return framed({
        label: props.label, unit: props.unit, state, legend: props.series.map((one, index) => [one.name, COLOURS[index]]),
        drawing: h("svg", { viewBox: `0 0 ${WIDTH} ${props.height}`, class: "chart-svg", ...keys(`${props.label}。左右の矢印キーで値を読めます。`) }, [
          ...axisY(ticks.value, y, box.left, box.right, (tick) => `${tidy(tick)}${props.unit === "%" ? "%" : ""}`), ...axisX(props.labels, x, bottom, box.right - box.left), ...lines, ...hits, pointed,
        ]),
        columns: [{ name: "name", label: "" }, ...props.series.map((one, index) => ({ name: `s${index}`, label: one.name, kind: "number" }))],
        rows: props.labels.map((name, at) => ({ name, ...Object.fromEntries(props.series.map((one, index) => [`s${index}`, textOf(one, at)])) })),
        note: said.join("、"),
      });
    };
  },
});

/** series: [{name, values: [number]}], stacked on one another; a single one makes plain bars. */
export const BarChart = defineComponent({
  props: { ...shared, series: Array },
  setup(props) {
    const { state, keys } = usePointing(() => props.labels.length);
    const box = { left: 46, right: WIDTH - 22, top: 12 };
    const sums = computed(() => props.labels.map((_, at) => props.series.reduce((sum, one) => sum + one.values[at], 0)));
    return () => {
      const bottom = props.height - 24;
      const ticks = ticksTo(Math.max(0, ...sums.value), { whole: true });
      const y = (value) => bottom - ((bottom - box.top) * value) / ticks.at(-1);
      const slot = (box.right - box.left) / props.labels.length;
      const x = (at) => box.left + slot * (at + 0.5);
      const bars = props.labels.map((_, at) => {
        let under = 0;
        return h("g", { key: at, onMouseenter: () => { state.at = at; } }, [
          h("rect", { x: x(at) - slot / 2, y: box.top, width: slot, height: bottom - box.top, class: "chart-hit" }),
          ...props.series.map((one, index) => {
            const from = under;
            under += one.values[at];
            return h("rect", { key: index, x: x(at) - slot * 0.38, width: slot * 0.76, y: y(under), height: Math.max(0, y(from) - y(under)), class: `chart-bar ${COLOURS[index]}` });
          }),
        ]);
      });
      const at = state.at;
      const said = at === null ? [] : [props.labels[at], ...props.series.map((one) => `${one.name} ${tidy(one.values[at])}${props.unit}`),
        ...(props.series.length > 1 ? [`合計 ${tidy(sums.value[at])}${props.unit}`] : [])];
      return framed({
        label: props.label, unit: props.unit, state, legend: props.series.map((one, index) => [one.name, COLOURS[index]]),
        drawing: h("svg", { viewBox: `0 0 ${WIDTH} ${props.height}`, class: "chart-svg", ...keys(`${props.label}。左右の矢印キーで値を読めます。`) }, [
          ...axisY(ticks, y, box.left, box.right, tidy), ...axisX(props.labels, x, bottom, box.right - box.left), ...bars,
          at === null ? null : h("g", [h("rect", { x: x(at) - slot / 2, y: box.top, width: slot, height: bottom - box.top, class: "chart-here" }), tip(said, x(at), box.top, WIDTH)]),
        ]),
        columns: [{ name: "name", label: "" }, ...props.series.map((one, index) => ({ name: `s${index}`, label: one.name, kind: "number" }))],
        rows: props.labels.map((name, at) => ({ name, ...Object.fromEntries(props.series.map((one, index) => [`s${index}`, `${tidy(one.values[at])}${props.unit}`])) })),
        note: said.join("、"),
      });
    };
  },
});

/** steps: [{key, name, calls, branch}]; the first is the whole. Branches stand apart, each an end. */
export const FunnelChart = defineComponent({
  props: { label: String, steps: Array },
  setup(props) {
    const share = (calls) => (props.steps[0].calls ? `${((100 * calls) / props.steps[0].calls).toFixed(1)}%` : "―");
    const row = (step) => h("li", { key: step.key, class: step.branch ? "funnel-row branch" : "funnel-row" }, [
      span("funnel-name", step.name),
      h("span", { class: "funnel-track", "aria-hidden": "true" }, [h("span", {
        class: `funnel-bar ${step.key}`, style: { width: `${props.steps[0].calls ? (100 * step.calls) / props.steps[0].calls : 0}%` },
      })]),
      span("funnel-count number", `${tidy(step.calls)}件`), span("funnel-share number", share(step.calls)),
    ]);
    return () => h("div", { class: "funnel", role: "group", "aria-label": props.label }, [
      h("ol", { class: "funnel-steps" }, props.steps.filter((step) => !step.branch).map(row)),
      h("p", { class: "muted small" }, "完結しなかった通話の内訳（着信に対する割合）"),
      h("ul", { class: "funnel-steps" }, props.steps.filter((step) => step.branch).map(row)),
    ]);
  },
});

/** values: rows of numbers; `rows` and `columns` name them. Darker is more; the arrow keys go through the cells. */
export const HeatMap = defineComponent({
  props: { label: String, rows: Array, columns: Array, values: Array, unit: { type: String, default: "件" } },
  setup(props) {
    const at = ref(null);
    const state = reactive({ asTable: false });
    const id = newId("heat");
    const most = computed(() => Math.max(1, ...props.values.flat()));
    const move = (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [row, column] = at.value ?? [0, -1];
      at.value = [Math.max(0, Math.min(props.rows.length - 1, row + step[0])), Math.max(0, Math.min(props.columns.length - 1, column + step[1]))];
    };
    const said = () => (at.value === null ? "" : `${props.rows[at.value[0]]} ${props.columns[at.value[1]]} ${tidy(props.values[at.value[0]][at.value[1]])}${props.unit}`);
    return () => framed({
      label: props.label, state, legend: [],
      drawing: h("svg", {
        viewBox: `0 0 ${WIDTH} ${props.rows.length * 22 + 26}`, class: "chart-svg", tabindex: 0, role: "img", id,
        "aria-label": `${props.label}。矢印キーで値を読めます。`, onKeydown: move, onFocus: () => { at.value ??= [0, 0]; },
        onBlur: () => { at.value = null; }, onMouseleave: () => { at.value = null; },
      }, [
        ...props.columns.map((name, column) => (column % 3 ? null : h("text", { key: `c${column}`, x: 46 + (column + 0.5) * (586 / props.columns.length), y: 14, class: "chart-text middle" }, name))),
        ...props.rows.map((name, row) => h("g", { key: row }, [
          h("text", { x: 38, y: 36 + row * 22, class: "chart-text end" }, name),
          ...props.columns.map((_, column) => h("rect", {
            key: column, x: 46 + column * (586 / props.columns.length) + 1, y: 21 + row * 22, width: 586 / props.columns.length - 2, height: 20, rx: 3,
            class: ["heat-cell", at.value?.[0] === row && at.value?.[1] === column ? "here" : ""],
            style: { fillOpacity: props.values[row][column] ? 0.1 + (0.9 * props.values[row][column]) / most.value : 0 },
            onMouseenter: () => { at.value = [row, column]; },
          })),
        ])),
      ]),
      columns: [{ name: "name", label: "" }, ...props.columns.map((name, column) => ({ name: `c${column}`, label: name, kind: "number" }))],
      rows: props.rows.map((name, row) => ({ name, ...Object.fromEntries(props.values[row].map((value, column) => [`c${column}`, tidy(value)])) })),
      quiet: false, note: said() || "マウスを重ねるか、矢印キーで件数を読めます。",
    });
  },
});

/** A line without axes, beside a figure. Says nothing to those who do not see it: the figure does. */
export const Sparkline = defineComponent({
  props: { values: Array },
  setup: (props) => () => {
    const known = props.values.filter((value) => value !== null);
    if (known.length < 2) return h("svg", { class: "spark", viewBox: "0 0 100 24", "aria-hidden": "true" });
    const low = Math.min(...known);
    const reach = Math.max(...known) - low || 1;
    let path = "";
    let open = false;
    props.values.forEach((value, at) => {
      if (value === null) { open = false; return; }
      path += `${open ? "L" : "M"}${((98 * at) / (props.values.length - 1) + 1).toFixed(1)},${(22 - (20 * (value - low)) / reach).toFixed(1)}`;
      open = true;
    });
    return h("svg", { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true" }, [h("path", { d: path, class: "chart-line chart-1" })]);
  },
});

/** Several charts side by side. */
export const charts = (...kids) => div("charts", ...kids);
