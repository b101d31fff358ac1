// What stands in curly brackets is written in Japanese on the pages and by its own name in the documents.

const NAMES = [["{when_back}", "{次の受付}"], ["{title}", "{題名}"], ["{company}", "{会社名}"]];
const SAMPLES = { "{when_back}": "11月24日、午前9時以降に", "{title}": "料金プランの変更" };
const replaced = (text, pairs) => pairs.reduce((made, [one, other]) => made.replaceAll(one, other), text);

export const shown = (text) => replaced(String(text ?? ""), NAMES);
export const kept = (text) => replaced(text, NAMES.map(([name, said]) => [said, name]));
/** With examples in the slots, to be heard. */
export const filled = (text, company) => replaced(text, [...Object.entries(SAMPLES), ["{company}", company]]);
