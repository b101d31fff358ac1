// The parts that every page is made of. Each gives a Vue node; none keeps anything to itself unless it says so.

import { defineComponent, h, nextTick, onBeforeUnmount, onMounted, reactive, ref, watch } from "./vue.js";

let ids = 0;
/** A name for an element that a label points at. */
export const newId = (prefix = "f") => `${prefix}-${++ids}`;

const kids = (children) => children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);

export const div = (kind, ...children) => h("div", { class: kind }, kids(children));
export const span = (kind, ...children) => h("span", { class: kind }, kids(children));
export const para = (kind, ...children) => h("p", { class: kind }, kids(children));

/** A page's outer form: its one h1, buttons beside it, then the content. */
export function pageOf(title, actions, ...children) {
  return h("div", { class: "page" }, [
    h("div", { class: "page-title" }, [h("h1", title), div("actions", actions ?? [])]),
    ...kids(children),
  ]);
}

/** A titled box; `actions` stand at the right of its title. */
export function card(title, options, ...children) {
  const { actions = [], kind = "", label = title } = options ?? {};
  const head = title ? [div("card-head", h("h2", title), div("actions", actions))] : [];
  return h("section", { class: `card ${kind}`, "aria-label": label || undefined }, [...head, ...kids(children)]);
}

/** kind: primary, plain, danger, quiet. `busy` shows that it is under way and takes no second press. */
export function button(label, { kind = "plain", busy = false, disabled = false, title, onClick, type = "button", ...rest } = {}) {
  return h("button", {
    type, class: `button ${kind}`, disabled: disabled || busy, "aria-busy": busy || undefined, title, onClick, ...rest,
  }, busy ? [h("span", { class: "spinner", "aria-hidden": "true" }), label] : label);
}

export const link = (label, href, kind = "link", rest = {}) => h("a", { href, class: kind, ...rest }, label);

/** kind: good, waiting, bad, ai, or none. */
export const chip = (label, kind = "", rest = {}) => h("span", { class: `chip ${kind}`, ...rest }, label);

export const empty = (sentence, ...more) => div("empty", h("p", sentence), ...more);
export const loading = (sentence = "読み込んでいます…") => h("p", { class: "loading", role: "status" }, sentence);
export const problem = (sentence, ...more) => (sentence ? h("div", { class: "problem", role: "alert" }, [h("p", sentence), ...kids(more)]) : null);
export const notice = (sentence, kind = "") => h("p", { class: `notice ${kind}`, role: "status" }, sentence);

/** A labelled control. `control` gets the id and the ids of hint and error to point at. */
export function field(label, { hint, error, id = newId(), wide = false, required = false } = {}, control) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return h("div", { class: `field ${wide ? "wide" : ""}` }, kids([
    h("label", { for: id }, kids([label, required && h("span", { class: "required" }, "必須")])),
    control({ id, "aria-describedby": described, "aria-invalid": error ? "true" : undefined, required: required || undefined }),
    hint && h("p", { id: `${id}-hint`, class: "hint" }, hint),
    error && h("p", { id: `${id}-error`, class: "field-error" }, error),
  ]));
}

/** Controls on `model[name]`, where model is reactive. Give `id` so that a field keeps it over redraws. */
export const textField = (label, model, name, options = {}) =>
  field(label, { id: `t-${name}`, ...options }, (attrs) => h("input", {
    type: options.type ?? "text", class: "input", value: model[name] ?? "", placeholder: options.placeholder,
    autocomplete: options.autocomplete ?? "off", disabled: options.disabled, maxlength: options.max, ...attrs, ...options.attrs,
    onInput: (event) => { model[name] = event.target.value; options.onInput?.(event.target.value); },
  }));

export const numberField = (label, model, name, options = {}) =>
  field(label, { id: `n-${name}`, ...options }, (attrs) => h("input", {
    type: "number", class: "input number", value: model[name] ?? "", min: options.min, max: options.max, step: options.step ?? "any",
    disabled: options.disabled, ...attrs,
    onInput: (event) => { model[name] = event.target.value === "" ? null : Number(event.target.value); options.onInput?.(model[name]); },
  }));

export const areaField = (label, model, name, options = {}) =>
  field(label, { id: `a-${name}`, wide: true, ...options }, (attrs) => h("textarea", {
    class: "input", rows: options.rows ?? 3, value: model[name] ?? "", placeholder: options.placeholder, disabled: options.disabled, ...attrs,
    onInput: (event) => { model[name] = event.target.value; options.onInput?.(event.target.value); },
  }));

/** options.choices: [[value, label], …]. */
export const selectField = (label, model, name, options = {}) =>
  field(label, { id: `s-${name}`, ...options }, (attrs) => h("select", {
    class: "input", value: model[name] ?? "", disabled: options.disabled, ...attrs,
    onChange: (event) => { model[name] = event.target.value; options.onChange?.(event.target.value); },
  }, options.choices.map(([value, said]) => h("option", { value, selected: value === (model[name] ?? "") }, said))));

export const checkField = (label, model, name, options = {}) =>
  h("label", { class: "check" }, [
    h("input", {
      type: "checkbox", checked: Boolean(model[name]), disabled: options.disabled, id: options.id ?? `c-${name}`,
      onChange: (event) => { model[name] = event.target.checked; options.onChange?.(event.target.checked); },
    }),
    h("span", label),
  ]);

/** columns: [{name, label, kind: "number"?, cell: (row) => node}]; options: {key, onRow, empty, caption}. */
export function table(columns, rows, { key = "id", onRow, empty: none = "まだありません。", caption, rowKind } = {}) {
  if (!rows.length) return empty(none);
  const cells = (row) => columns.map((column) =>
    h("td", { class: column.kind ?? "" }, [column.cell ? column.cell(row) : row[column.name]]));
  return div("table-box", h("table", { class: "table" }, kids([
    caption && h("caption", caption),
    h("thead", h("tr", columns.map((column) => h("th", { scope: "col", class: column.kind ?? "" }, column.label)))),
    h("tbody", rows.map((row) => h("tr", {
      key: row[key], class: [onRow ? "openable" : "", rowKind?.(row) ?? ""],
      onClick: onRow && ((event) => { if (!event.target.closest("a, button, input, select")) onRow(row); }),
    }, cells(row)))),
  ])));
}

/** tabs: [[value, label, count?]]; keeps the choice in `model[name]`. */
export function tabs(label, model, name, choices) {
  const move = (event, index) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = choices[(index + step + choices.length) % choices.length][0];
    model[name] = next;
    nextTick(() => document.getElementById(`tab-${name}-${next}`)?.focus());
  };
  return h("div", { class: "tabs", role: "tablist", "aria-label": label }, choices.map(([value, said, count], index) =>
    h("button", {
      type: "button", role: "tab", id: `tab-${name}-${value}`, "aria-selected": model[name] === value ? "true" : "false",
      tabindex: model[name] === value ? 0 : -1, class: "tab",
      onClick: () => { model[name] = value; }, onKeydown: (event) => move(event, index),
    }, kids([said, count !== undefined && chip(String(count))]))));
}

/** A dialog that is open while `props.open`; closes by Escape and by its ×. Slots: default, actions. */
export const Dialog = defineComponent({
  props: { open: Boolean, title: String, wide: Boolean },
  emits: ["close"],
  setup(props, { slots, emit }) {
    const element = ref(null);
    const show = () => {
      if (props.open && !element.value.open) element.value.showModal();
      else if (!props.open && element.value.open) element.value.close();
    };
    onMounted(show);
    watch(() => props.open, () => nextTick(show));
    return () => h("dialog", {
      ref: element, class: props.wide ? "dialog wide" : "dialog", "aria-label": props.title,
      onCancel: (event) => { event.preventDefault(); emit("close"); },
    }, props.open ? [
      h("div", { class: "dialog-head" }, [
        h("h2", props.title),
        h("button", { type: "button", class: "button quiet", "aria-label": "閉じる", onClick: () => emit("close") }, "×"),
      ]),
      h("div", { class: "dialog-body" }, slots.default?.()),
      slots.actions ? h("div", { class: "dialog-actions" }, slots.actions()) : null,
    ] : []);
  },
});

// Short messages at the edge of the window. They are read out, and errors stay until they are put away.
const toasts = reactive([]);
export function toast(sentence, kind = "good") {
  const one = { id: ++ids, sentence, kind };
  toasts.push(one);
  if (kind !== "bad") setTimeout(() => put(one), 6000);
}
const put = (one) => { const at = toasts.findIndex((each) => each.id === one.id); if (at >= 0) toasts.splice(at, 1); };
export const Toasts = defineComponent(() => {
  const box = ref(null);
  // In the browser's top layer, opened anew for each message: above a dialog that is open already.
  watch(() => toasts.map((one) => one.id).join(), () => nextTick(() => {
    if (!box.value) return;
    if (box.value.matches(":popover-open")) box.value.hidePopover();
    if (toasts.length) box.value.showPopover();
  }));
  return () => h("div", { ref: box, class: "toasts", popover: "manual", "aria-live": "polite" }, toasts.map((one) =>
    h("div", { key: one.id, class: `toast ${one.kind}`, role: one.kind === "bad" ? "alert" : "status" }, [
      h("span", one.sentence),
      h("button", { type: "button", class: "button quiet", "aria-label": "閉じる", onClick: () => put(one) }, "×"),
    ])));
});

/**
 * Something that is loaded: {data, error, busy, load}. `load` may be called again; an older answer never
 * replaces a newer one.
 */
export function loaded(fetching) {
  const state = reactive({ data: null, error: "", busy: false, load: null });
  let turn = 0;
  state.load = async (...values) => {
    const mine = ++turn;
    state.busy = true;
    try {
      const data = await fetching(...values);
      if (mine === turn) { state.data = data; state.error = ""; }
    } catch (error) {
      if (mine === turn) state.error = error.message;
    } finally {
      if (mine === turn) state.busy = false;
    }
    return state.data;
  };
  return state;
}

/** What a loaded thing looks like: its error, its waiting, or `draw(data)`. */
export const whenLoaded = (state, draw) => {
  if (state.error) return problem(state.error, button("もう一度読み込む", { onClick: () => state.load() }));
  return state.data === null ? loading() : draw(state.data);
};

/** Runs `work` with `flags[name]` set meanwhile; tells an error as a toast and gives back undefined. */
export async function during(flags, name, work) {
  flags[name] = true;
  try {
    return await work();
  } catch (error) {
    toast(error.message, "bad");
    return undefined;
  } finally {
    flags[name] = false;
  }
}

/** Calls `work` every `ms` while the component is there and the page is looked at. */
export function every(ms, work) {
  let timer = null;
  onMounted(() => { timer = setInterval(() => { if (!document.hidden) work(); }, ms); });
  onBeforeUnmount(() => clearInterval(timer));
}

/** A page's own style sheet, fetched once. */
const styles = new Set();
export function useStyle(name) {
  if (styles.has(name)) return;
  styles.add(name);
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `/static/app/styles/${name}.css`;
  document.head.append(sheet);
}
