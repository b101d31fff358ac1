// Where this process ever connected to. Nowhere, unless the settings say otherwise.

import { api } from "../../api.js";
import { count, fullMoment } from "../../format.js";
import { card, chip, every, loaded, notice, table, whenLoaded } from "../../ui.js";
import { defineComponent, onMounted } from "../../vue.js";

export const Hosts = defineComponent(() => {
  const state = loaded(() => api.get("/api/transparency/hosts"));
  onMounted(state.load);
  every(5000, state.load);

  return () => [
    card("接続した相手", {}, whenLoaded(state, (data) => [
      data.opened.length ? null : notice("このサービスは、これまでにどこへも接続していません。音声も文字も、このコンピューターの外へ出ていません。", "good"),
      data.opened.length ? table([
        { name: "host", label: "相手", cell: (row) => `${row.host}:${row.port}` },
        { name: "purpose", label: "目的" },
        { name: "first_at", label: "最初", cell: (row) => fullMoment(row.first_at) },
        { name: "last_at", label: "最後", cell: (row) => fullMoment(row.last_at) },
        { name: "times", label: "回数", kind: "number", cell: (row) => count(row.times) },
      ], data.opened, { key: "host" }) : null,
    ])),
    card("設定にある接続先", {}, whenLoaded(state, (data) => table([
      { name: "purpose", label: "目的" },
      { name: "address", label: "接続先" },
      { name: "inside", label: "場所", cell: (row) => (row.inside ? chip("社内", "good") : chip("社外", "waiting")) },
    ], data.configured, { key: "address", empty: "設定にある接続先はありません。認識も検索も読み上げも、このコンピューターの中で行います。" }))),
  ];
});
