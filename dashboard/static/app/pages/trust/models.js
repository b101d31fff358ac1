// Every model: whose, where, under which licence, and what it must not be trusted with.

import { api } from "../../api.js";
import { card, chip, div, empty, loaded, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted } from "../../vue.js";

const FACTS = [
  ["job", "役割"], ["place", "動く場所"], ["country", "国"], ["maker", "提供元"], ["licence", "ライセンス"],
  ["measured", "測定"], ["limits", "限界"],
];

export const Models = defineComponent(() => {
  const state = loaded(() => api.get("/api/transparency/models"));
  onMounted(state.load);
  const sheet = (model) => card(model.title, { kind: "sheet", actions: [chip(model.state, model.state === "使用中" ? "good" : "")] },
    h("dl", { class: "facts" }, FACTS.filter(([name]) => model[name] && model[name] !== "―").flatMap(([name, label]) => [h("dt", label), h("dd", model[name])])),
    model.sha256 ? h("p", { class: "sum" }, `SHA-256 ${model.sha256}`) : null);
  return () => whenLoaded(state, (data) => (data.models.length ? div("columns", data.models.map(sheet)) : empty("モデルの情報がありません。")));
});
