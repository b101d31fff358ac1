// One call's whole story: what was said, why it was answered so, what people did; played, judged, replayed, handed out.

import { api } from "../api.js";
import { fullMoment, moment } from "../format.js";
import { may } from "../session.js";
import { button, card, chip, div, during, empty, link, loaded, pageOf, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive, ref } from "../vue.js";
import { conversation } from "./calls/conversation.js";
import { AskReason, download } from "./calls/asking.js";
import { Player } from "./calls/player.js";
import { factsOf, peopleCards, replayCard, summaryCard } from "./calls/side.js";

export default defineComponent({
  props: { values: Object },
  setup(props) {
    useStyle("calls");
    const path = `/api/calls/${encodeURIComponent(props.values.id)}`;
    const story = loaded(() => api.get(path));
    const player = ref(null);
    const now = ref("");
    const busy = reactive({ replay: false, vote: false, ask: false });
    const asking = ref("");
    const again = ref(null);
    const printing = ref(false);
    onMounted(() => story.load());

    const jump = (atMs) => player.value?.playFrom(atMs);
    function playing(atMs) {
      let found = "";
      for (const line of story.data?.lines ?? []) if (line.who !== "note" && line.at_ms <= atMs + 50) found = line.key;
      if (found !== now.value) {
        now.value = found;
        document.getElementById(`line-${found}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
      }
    }
    const vote = (line, verdict) => during(busy, "vote", async () => {
      await api.post(`${path}/votes`, { turn: line.turn, verdict });
      toast("評価を記録しました。改善候補に反映されます。");
      await story.load();
    });
    const replay = () => during(busy, "replay", async () => { again.value = await api.post(`${path}/replay`); });
    const answers = {
      unmask: { title: "個人情報を表示する", explain: "15分間、この通話の個人情報をそのまま表示します。理由と、どなたが見たかは監査ログに残ります。", act: "表示する",
        run: async (reason) => { await api.post("/api/unmask", { call_id: props.values.id, reason }); await story.load(); } },
      export: { title: "通話の記録を書き出す", explain: "会話と判断の理由（どこでも開けるページ）、データ、録音を一つのZIPにまとめます。理由は監査ログに残ります。", act: "書き出す",
        run: async (reason) => download(await api.raw("GET", `${path}/export?reason=${encodeURIComponent(reason)}`), `通話の記録-${props.values.id}.zip`) },
    };
    const answered = (reason) => during(busy, "ask", async () => { await answers[asking.value].run(reason); asking.value = ""; });
    function print() {
      printing.value = true;
      setTimeout(() => { window.print(); printing.value = false; }, 100);
    }

    const actions = () => [
      link("← 通話履歴", "/calls"),
      story.data && !story.data.unmasked && may("personal.unmask") ? button("個人情報を表示", { onClick: () => { asking.value = "unmask"; } }) : null,
      button("印刷", { onClick: print, disabled: !story.data }),
      may("calls.export") ? button("書き出す", { onClick: () => { asking.value = "export"; }, disabled: !story.data }) : null,
    ];
    const draw = (data) => [
      h("p", { class: "story-head" }, [
        h("span", fullMoment(data.call.started_at)), chip(data.call.outcome_name, data.call.outcome === "answered" ? "good" : "ai"),
        data.call.reason ? h("span", `引き継ぎの理由：${data.call.reason}`) : null,
        data.unmasked ? chip("個人情報を表示中", "waiting") : null,
      ]),
      ...data.warnings.map((warning) => h("p", { class: "notice", key: warning }, warning)),
      data.call.live ? h("p", { class: "notice" }, ["この通話は進行中です。", link("フロアで見る", `/floor?call=${encodeURIComponent(data.call.id)}`)]) : null,
      data.recording && may("calls.play") ? h(Player, { ref: player, source: data.recording, peaks: `${path}/peaks`, lines: data.lines, onPlaying: playing }) : null,
      div("columns wide-narrow story",
        card("会話 ― なぜこう答えたか", {}, data.lines.length
          ? conversation(data.lines, { onJump: data.recording && may("calls.play") ? jump : undefined, onVote: may("faq.propose") ? vote : undefined, now: now.value, unfolded: printing.value })
          : empty("この通話には会話の記録がありません。")),
        div("stack", summaryCard(data), factsOf(data), ...peopleCards(data), replayCard(again.value, busy.replay, replay))),
    ];
    return () => pageOf(story.data ? `${story.data.call.caller}　${moment(story.data.call.started_at)}` : "通話の記録", actions(),
      whenLoaded(story, draw),
      asking.value ? h(AskReason, { ...answers[asking.value], busy: busy.ask, onClose: () => { asking.value = ""; }, onReason: answered }) : null);
  },
});
