// A new password, typed twice. The server has the last word on whether it will do.

import { textField } from "../../ui.js";

const SHORTEST = 12;

/** Two fields over `form.password` and `form.again`. */
export const passwordFields = (form, label = "パスワード") => [
  textField(label, form, "password", {
    type: "password", autocomplete: "new-password", required: true, max: 200,
    hint: `${SHORTEST}文字以上。言葉をいくつか並べると、覚えやすく強くなります。ログイン名やよく使われる言葉は使えません。`,
  }),
  textField(`${label}（確認）`, form, "again", { type: "password", autocomplete: "new-password", required: true, max: 200 }),
];

/** What is wrong with them, as a sentence; empty when nothing is. */
export function passwordProblem(form) {
  if (form.password !== form.again) return "確認のパスワードが一致しません。もう一度入力してください。";
  if ([...form.password].length < SHORTEST) return `パスワードは${SHORTEST}文字以上にしてください。`;
  return "";
}
