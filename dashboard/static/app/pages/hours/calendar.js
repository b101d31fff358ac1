// What holds on each day of a month, by the draft: the reason is told, so that nobody has to guess.

import { dateText } from "./special.js";
import { api } from "../../api.js";
import { button, card, chip, div, problem, span } from "../../ui.js";
import { defineComponent, h, onBeforeUnmount, reactive, watch } from "../../vue.js";

const REASONS = { closed_date: "臨時のお休み", open_date: "臨時の受付", holiday: "祝日", weekday: "曜日どおり" };
const WEEK = ["月", "火", "水", "木", "金", "土", "日"];
const today = () => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
const weekday = (iso) => (new Date(`${iso}T00:00:00Z`).getUTCDay() + 6) % 7;
const moved = (month, by) => { const [year, number] = month.split("-").map(Number); return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7); };
const length = (month) => { const [year, number] = month.split("-").map(Number); return new Date(Date.UTC(year, number, 0)).getUTCDate(); };
const hoursOf = (day) => (day.open ? `${day.open}～${day.close}` : "お休み");
const short = (time) => time.replace(/^0/, "").replace(":00", "");
const brief = (day) => (day.open ? `${short(day.open)}～${short(day.close)}${day.close.endsWith(":00") ? "時" : ""}` : "お休み");

export const Calendar = defineComponent({
  props: { draft: Object },
  setup(props) {
    const view = reactive({ month: today().slice(0, 7), days: [], chosen: today(), error: "" });
    let timer = null;
    let turn = 0;
    async function load() {
      const mine = ++turn;
      try {
        const days = await api.post("/api/hours/preview", { content: props.draft.content, first: `${view.month}-01`, days: length(view.month) });
        if (mine !== turn) return;
        Object.assign(view, { days, error: "" });
        if (!days.some((each) => each.day === view.chosen)) view.chosen = days[0].day;
      } catch (error) {
        if (mine === turn) view.error = error.message;
      }
    }
    watch(() => [view.month, JSON.stringify(props.draft.content)], () => { clearTimeout(timer); timer = setTimeout(load, 250); }, { immediate: true });
    onBeforeUnmount(() => clearTimeout(timer));
    const kind = (day) => (day.reason === "closed_date" ? "off special" : day.reason === "open_date" ? "on special" : day.open ? "on" : "off");
    const cell = (day) => h("td", { key: day.day }, [h("button", {
      type: "button", class: `day ${kind(day)} ${day.day === view.chosen ? "chosen" : ""}`, "aria-pressed": String(day.day === view.chosen),
      "aria-label": `${dateText(day.day)} ${hoursOf(day)}、${day.holiday || REASONS[day.reason]}`, onClick: () => { view.chosen = day.day; },
    }, [span("day-number", String(Number(day.day.slice(8)))), span("day-hours", brief(day)), day.holiday && span("day-why", day.holiday)])]);
    const weeks = () => {
      const cells = [...Array(view.days.length ? weekday(view.days[0].day) : 0).fill(null), ...view.days];
      return Array.from({ length: Math.ceil(cells.length / 7) }, (_, row) => cells.slice(row * 7, row * 7 + 7));
    };
    const said = () => {
      const day = view.days.find((each) => each.day === view.chosen);
      return day && h("p", { class: "row", "aria-live": "polite" }, [h("strong", dateText(day.day)), chip(hoursOf(day), day.open ? "good" : "waiting"),
        span("muted", `理由：${REASONS[day.reason]}${day.holiday ? `（${day.holiday}）` : ""}`)]);
    };
    return () => card("日にちで確かめる", { actions: [
      button("‹", { "aria-label": "前の月", onClick: () => { view.month = moved(view.month, -1); } }),
      h("input", { type: "month", class: "input month", "aria-label": "月", value: view.month, onChange: (event) => { if (event.target.value) view.month = event.target.value; } }),
      button("›", { "aria-label": "次の月", onClick: () => { view.month = moved(view.month, 1); } }),
    ] },
    view.error ? problem(view.error) : div("calendar-box",
      h("table", { class: "calendar" }, [
        h("caption", { class: "hidden-text" }, `${view.month}の受付時間`),
        h("thead", [h("tr", WEEK.map((name) => h("th", { scope: "col" }, name)))]),
        h("tbody", weeks().map((week, row) => h("tr", { key: row }, week.map((day, place) => (day ? cell(day) : h("td", { key: `none-${place}` })))))),
      ])),
    said());
  },
});
