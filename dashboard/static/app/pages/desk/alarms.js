// Harassment as supervisors meet it: the alarm at once, and the reports with their evidence.

import { api } from "../../api.js";
import { clock, fullMoment } from "../../format.js";
import { button, chip, Dialog, during, link } from "../../ui.js";
import { defineComponent, h, onMounted, reactive, watch } from "../../vue.js";

const STAGES = { warned: ["警告をお伝えしました", "waiting"], ended: ["通話を終えました", "bad"] };
const SPEAKERS = { caller: "お客様", agent: "AI", operator: "担当者", note: "" };

export const Alarms = defineComponent({
  props: { desk: Object },
  setup(props) {
    const shown = reactive({ reports: [], open: null, busy: false });
    const read = async () => { shown.reports = await api.get("/api/desk/harassment?unseen=true").catch(() => shown.reports); };
    onMounted(read);
    watch(() => props.desk.alarms.map((alarm) => `${alarm.report.id}${alarm.report.stage}`).join(), read);
    const look = (report) => during(shown, "busy", async () => { shown.open = await api.get(`/api/desk/harassment/${encodeURIComponent(report.id)}`); });
    const see = () => during(shown, "busy", async () => {
      await api.post(`/api/desk/harassment/${encodeURIComponent(shown.open.id)}/seen`);
      shown.open = null;
      await read();
    });
    const evidence = () => {
      const { evidence: kept } = shown.open;
      return [
        h("dl", { class: "facts" }, [["報告した人", `${shown.open.reporter}さん`], ["時刻", fullMoment(shown.open.at)], ["番号", shown.open.caller || "番号なし"]].flatMap(([name, value]) => [h("dt", name), h("dd", value)])),
        h("p", { class: "row" }, [link("通話の記録を開く", `/calls/${encodeURIComponent(shown.open.call_id)}`, "link", { target: "_blank" }), kept.recording ? chip("録音あり", "good") : chip("録音はまだありません")]),
        h("ul", { class: "evidence" }, (kept.lines ?? []).filter((line) => line.who !== "note").map((line) => h("li", { key: line.key }, [
          h("span", { class: "muted number" }, `${clock(line.at_ms / 1000)} `), h("strong", `${SPEAKERS[line.who] ?? ""}　`), line.text,
        ]))),
      ];
    };
    return () => (shown.reports.length || shown.open ? h("section", { class: "desk-alarms", "aria-label": "迷惑行為の報告", role: "alert" }, [
      ...shown.reports.map((report) => h("div", { key: report.id, class: "problem" }, [
        chip("カスハラ", "bad"), h("span", { class: "grow" }, `${report.reporter}さん・${report.caller || "番号なし"}・${STAGES[report.stage][0]}`),
        button("確かめる", { kind: "danger", onClick: () => look(report) }),
      ])),
      h(Dialog, { open: Boolean(shown.open), wide: true, title: "迷惑行為の報告と証拠", onClose: () => { shown.open = null; } }, {
        default: () => (shown.open ? evidence() : []),
        actions: () => [button("確認済みにする", { kind: "primary", busy: shown.busy, onClick: see })],
      }),
    ]) : null);
  },
});
