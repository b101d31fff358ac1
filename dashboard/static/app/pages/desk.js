// 応対デスク: the queue, the call in hand and what helps with it, and the work after it.

import { clock } from "../format.js";
import { may } from "../session.js";
import { button, card, loading, pageOf, useStyle } from "../ui.js";
import { computed, defineComponent, h, onBeforeUnmount, onMounted } from "../vue.js";
import { AfterCall } from "./desk/after.js";
import { Alarms } from "./desk/alarms.js";
import { CallInHand } from "./desk/call.js";
import { CallerCard, earlierCalls, Suggestions } from "./desk/card.js";
import { Callbacks, colleagues, OtherCalls, ownState, unwritten, waiting } from "./desk/left.js";
import { seat } from "./desk/seat.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("desk");
    useStyle("calls");
    const { deeds, sound, draft, silent } = seat;
    const { desk } = deeds;
    const talking = computed(deeds.talking);

    const keyed = (event) => {
      const deed = {
        F2: () => !talking.value && desk.queue.length && desk.me?.state === "available" && deeds.accept(desk.queue[0]),
        F4: () => talking.value && (draft.focus += 1),
        F8: () => talking.value && !desk.onHold && sound.toggle(desk.handling.call_id),
        F9: () => talking.value && deeds.hold(),
      }[event.key];
      if (!deed || event.ctrlKey || event.altKey || event.metaKey || desk.busy) return;
      event.preventDefault();
      deed();
    };
    onMounted(() => window.addEventListener("keydown", keyed));
    onBeforeUnmount(() => window.removeEventListener("keydown", keyed));

    const idle = (...inside) => card("", { label: "いまの通話", kind: "desk-idle" }, inside);
    const middle = () => {
      if (!desk.known) return loading("デスクを準備しています…");
      if (talking.value) return h(CallInHand, { key: desk.handling.id, desk, deeds, sound, draft });
      if (desk.handling) return h(AfterCall, { key: `after-${desk.handling.id}`, desk, deeds });
      const first = desk.queue[0];
      if (desk.me?.state !== "available") {
        return idle(h("p", "お電話を受けるには、状態を「受付可」にしてください。"), button("受付可にする", { kind: "primary", onClick: () => deeds.choose("available") }));
      }
      if (!first) return idle(h("p", "お電話をお待ちしています。"), h("p", { class: "muted small" }, "お客様がお待ちになると、音とこの画面でお知らせします。"));
      return idle(
        h("p", { class: "calls-you" }, first.reason || "担当者をご希望"), first.matter ? h("p", first.matter) : null,
        h("p", { class: "muted" }, `${first.caller || "番号なし"}・お待ちの時間 ${clock((desk.now - Date.parse(first.entered_at)) / 1000)}`),
        button(["応対する ", h("kbd", "F2")], { kind: "primary big", busy: desk.busy === "accept", onClick: () => deeds.accept(first) }),
      );
    };

    const keys = () => h("p", { class: "keys muted small" }, [["F2", "応対する"], ["F4", "文字の欄へ"], ["F8", "自分の声"], ["F9", "保留"]].map(([key, name]) => h("span", { key }, [h("kbd", key), ` ${name}`])));

    return () => h("div", { class: "desk-page" }, [pageOf("応対デスク", [
      keys(),
      h("label", { class: "check small" }, [h("input", { type: "checkbox", checked: silent.value, onChange: (event) => { silent.value = event.target.checked; } }), h("span", "呼び出し音を消す")]),
      desk.connected ? null : h("span", { class: "chip waiting", role: "status" }, "つなぎ直しています"),
    ],
    may("floor.supervise") ? h(Alarms, { desk }) : null,
    h("div", { class: "desk" }, [
      h("div", { class: "desk-left" }, [
        ownState(desk, deeds.choose), waiting(desk, deeds.accept), unwritten(desk, deeds.writeUp), h(Callbacks, { desk }),
        may("floor.supervise") ? h(OtherCalls, { desk, takeOver: deeds.takeOver, hint: deeds.hint }) : null, colleagues(desk),
      ]),
      h("div", { class: "desk-middle" }, [middle()]),
      h("div", { class: "desk-right" }, desk.handling
        ? [h(CallerCard, { desk, deeds }), talking.value ? h(Suggestions, { desk, deeds, draft }) : null, earlierCalls(desk.pop)]
        : [card("お客様", {}, h("p", { class: "muted small" }, "応対を始めると、お客様の情報と回答の候補がここに出ます。"))]),
    ]))]);
  },
});
