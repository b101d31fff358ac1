// The beginning of a call as callers hear it, with what nobody may leave out.

import { card, chip, div, link } from "../../ui.js";
import { h } from "../../vue.js";

export function openingCard(company, textOf, hear) {
  const said = [
    [textOf("opening_greeting"), ""],
    [`${company.agent_name}、AIが承ります。`, "なくせません"],
    [`${company.recording_purpose}、通話を録音しております。`, "なくせません"],
    [textOf("opening_person"), ""],
    [textOf("opening_notice"), ""],
    [textOf("opening_invitation"), ""],
  ].filter(([text]) => text);
  return card("お客様に聞こえる始まり", { actions: [hear("始まりのご案内", said.map(([text]) => text).join(""))] },
    div("opening-lines", said.map(([text, fixed]) => h("p", [text, fixed && chip(fixed)]))),
    h("p", { class: "small muted" }, ["名乗りと録音の目的は、", link("受付時間と会社", "/hours"), "の「会社」で変えられます。AIが応対することと録音のお知らせは、なくせません。"]));
}
