// The live floor: the day's figures, every running call, who waits; one call opened beside.

import { api } from "../api.js";
import { live } from "../live.js";
import { go, place } from "../router.js";
import { div, empty, every, loaded, pageOf, problem, useStyle, whenLoaded } from "../ui.js";
import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref } from "../vue.js";
import { callsList, callsTable } from "./floor/calls_table.js";
import { OpenedCall } from "./floor/opened.js";
import { alarmsOf, peopleOf, queueOf, wallboard } from "./floor/wallboard.js";

const ASK_MS = 3000;

export default defineComponent(() => {
  useStyle("calls");
  useStyle("floor");
  const floor = loaded(() => api.get("/api/floor"));
  const now = ref(Date.now());
  let ticking = null;
  onMounted(() => { floor.load(); ticking = setInterval(() => { now.value = Date.now(); }, 1000); });
  onBeforeUnmount(() => clearInterval(ticking));
  every(ASK_MS, () => floor.load());

  const opened = computed(() => place.query.call ?? "");
  const open = (id) => go(id === opened.value ? "/floor" : `/floor?call=${encodeURIComponent(id)}`, { replace: true });
  // The socket knows first; before it does, what was asked for is shown.
  const calls = computed(() => (live.connected || live.calls.size ? [...live.calls.values()] : floor.data?.calls ?? []));

  const list = () => div("floor-list",
    queueOf(floor.data.queue, now.value, open),
    h("section", { class: "card", "aria-label": "進行中の通話" }, [
      calls.value.length ? (opened.value ? callsList : callsTable)(calls.value, now.value, opened.value, open)
        : empty("いま進行中の通話はありません。", h("p", "電話がかかってくると、ここに表示されます。「電話してみる」からお試しいただけます。")),
    ]),
    peopleOf(floor.data.people, now.value));

  return () => pageOf("フロア", [],
    floor.data && floor.error ? problem(floor.error) : null,
    floor.data ? [
      wallboard(floor.data.wallboard, calls.value.length, now.value, floor.data),
      alarmsOf(floor.data.alarms, open),
      div(opened.value ? "floor-columns" : "", list(), opened.value ? h(OpenedCall, { key: opened.value, callId: opened.value, now: now.value, onClose: () => go("/floor", { replace: true }) }) : null),
    ] : whenLoaded(floor, () => null));
});
