// The draft as it stands, and the three tests of it: what the last one showed, a new one, how far it is.

import { api } from "../../api.js";
import { count, moment } from "../../format.js";
import { may } from "../../session.js";
import { button, card, checkField, chip, div, during, link, notice, para, selectField, toast } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";
import { ABOUT, KINDS, inShort } from "./words.js";

const NOISES = [["", "雑音なし"], ["20", "静かな部屋（20 dB）"], ["10", "街なか（10 dB）"], ["5", "騒がしい場所（5 dB）"]];
const DAYS = [["1", "1日"], ["7", "7日間"], ["30", "30日間"]];

export const Progress = (now) => div("trial-progress",
  h("progress", { max: now.total || 1, value: now.total ? now.done : undefined, "aria-label": "テストの進み具合" }),
  h("span", { class: "number" }, now.total ? `${count(now.done)}／${count(now.total)}件` : "準備しています…"));

const said = (choices, value) => choices.find(([each]) => each === value)[1];
const conditions = (inShort, ...controls) => h("details", { class: "trial-conditions" }, [
  h("summary", `条件：${inShort}`), div("trial-settings", ...controls),
]);

export const Starting = defineComponent({
  props: { subject: Object, now: Object, nowKind: String },
  emits: ["started", "show", "cancel"],
  setup(props, { emit }) {
    const wanted = reactive({ snr: "20", openjtalk: true, kokoro: true, days: "7" });
    const busy = reactive({ typed: false, spoken: false, impact: false });
    const bodyOf = (kind) => {
      if (kind === "spoken") return { kind, voices: ["openjtalk", "kokoro"].filter((name) => wanted[name]), snr_db: wanted.snr === "" ? null : Number(wanted.snr) };
      return kind === "impact" ? { kind, days: Number(wanted.days) } : { kind };
    };
    const start = (kind) => during(busy, kind, async () => {
      const run = await api.post("/api/trials", bodyOf(kind));
      toast(`${KINDS[kind]}を始めました。`);
      emit("started", run);
    });
    const settings = {
      typed: () => null,
      spoken: () => conditions(`${[wanted.openjtalk && "Open JTalk", wanted.kokoro && "Kokoro"].filter(Boolean).join("と") || "声を選んでください"}、${said(NOISES, wanted.snr)}`,
        h("fieldset", { class: "trial-voices" }, [h("legend", "話す声"), checkField("Open JTalk", wanted, "openjtalk"), checkField("Kokoro", wanted, "kokoro")]),
        selectField("まわりの音", wanted, "snr", { choices: NOISES })),
      impact: () => conditions(`過去${said(DAYS, wanted.days)}`, selectField("さかのぼる期間", wanted, "days", { choices: DAYS })),
    };
    const one = (kind) => {
      const last = props.subject.latest[kind];
      const running = props.now && props.nowKind === kind;
      const none = kind === "spoken" && !wanted.openjtalk && !wanted.kokoro;
      return h("section", { class: "trial-kind", "aria-label": KINDS[kind], key: kind }, [
        h("h3", KINDS[kind]), para("muted small", ABOUT[kind]), settings[kind](),
        running ? Progress(props.now) : div("row",
          last ? [inShort(last), h("span", { class: "muted small" }, `${moment(last.finished_at)} ${last.author}`)] : chip("この下書きでは未実施"),
        ),
        div("row",
          running
            ? may("trials.run") && button("中止する", { onClick: () => emit("cancel", props.now.run_id) })
            : may("trials.run") && button(last ? "もう一度テストする" : "テストする", { kind: last ? "plain" : "primary", busy: busy[kind], disabled: Boolean(props.now) || none, onClick: () => start(kind) }),
          last && button("結果を見る", { kind: "quiet", onClick: () => emit("show", last.id) })),
      ]);
    };
    return () => card("いまの下書き", { actions: [link("変更した項目を見る", "/faq?state=changed")] },
      props.subject.changed.length
        ? para("", `公開中の第${props.subject.base_version}版から、${props.subject.changed.length}件の項目が変わります。公開する前に、テストで確かめてください。`)
        : notice(`公開していない変更はありません。公開中の第${props.subject.base_version}版そのものをテストします。`),
      div("trial-kinds", Object.keys(KINDS).map(one)));
  },
});
