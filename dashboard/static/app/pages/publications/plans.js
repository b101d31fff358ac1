// What is to be published later, of every kind, and what became of it.

import { api } from "../../api.js";
import { fullMoment } from "../../format.js";
import { may } from "../../session.js";
import { Dialog, button, chip, div, during, every, link, loaded, para, table, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";

const STATES = {
  waiting: ["予約中", "waiting"], running: ["公開しています", "waiting"], published: ["公開しました", "good"],
  stale: ["公開しませんでした", "bad"], failed: ["公開できませんでした", "bad"], cancelled: ["取り消し", ""],
};
const LOOK_EVERY_MS = 5000;

/** props: titles (of kinds). Tells with `told` how many plans need somebody's eyes. */
export const Plans = defineComponent({
  props: { titles: Object },
  emits: ["told"],
  setup(props, { emit }) {
    const plans = loaded(() => api.get("/api/plans"));
    const view = reactive({ cancelling: null, busy: false });
    const look = async () => emit("told", ((await plans.load()) ?? []).filter((plan) => plan.state === "waiting").length);
    onMounted(look);
    every(LOOK_EVERY_MS, look);

    const cancel = () => during(view, "busy", async () => {
      await api.remove(`/api/plans/${view.cancelling.id}`);
      toast("予約を取り消しました。変更は「変更中」のまま残っています。");
      view.cancelling = null;
      await look();
    });
    const mayCancel = (plan) => plan.state === "waiting" && may(plan.kind === "faq" ? "faq.publish" : "tuning.publish");

    return () => div("stack",
      whenLoaded(plans, (rows) => table([
        { label: "公開する日時", kind: "keep", cell: (plan) => fullMoment(plan.at) },
        { label: "種類", kind: "keep", cell: (plan) => props.titles[plan.kind] ?? "そのほか" },
        { label: "内容", cell: (plan) => div("stack", plan.note && h("span", plan.note), plan.entries.length > 0 && h("span", { class: "small" }, plan.entries.map(({ id, title }) => [link(title, `/faq/${id}`), "　"]))) },
        { label: "予約した人", kind: "keep", cell: (plan) => plan.author },
        { label: "状態", cell: (plan) => div("stack", h("span", [chip(...STATES[plan.state])]), plan.result && h("span", { class: "small" }, plan.result)) },
        { label: "操作", cell: (plan) => (mayCancel(plan) ? button("取り消す", { onClick: () => { view.cancelling = plan; } }) : null) },
      ], rows, { empty: "公開の予約はありません。FAQなどを公開するときに「日時を決めて」を選ぶと、ここに並びます。" })),
      h(Dialog, { open: Boolean(view.cancelling), title: "予約の取り消し", onClose: () => { view.cancelling = null; } }, {
        default: () => para("", `${fullMoment(view.cancelling.at)} の公開を取り消します。よろしいですか。`),
        actions: () => [button("やめる", { onClick: () => { view.cancelling = null; } }), button("取り消す", { kind: "danger", busy: view.busy, onClick: cancel })],
      }));
  },
});
