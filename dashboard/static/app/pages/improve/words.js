// How what could be improved is called.

export const MISSED = { no_answer: "回答できなかった", unclear: "聞き返しても決まらなかった", misheard: "聞き取れなかった", handed_over: "担当者に引き継いだ" };
export const DOUBTS = { voted: "担当者の評価", corrected: "お客様が訂正", rephrased: "さえぎって言い直し", handed_over: "続けて担当者へ" };
export const DAYS = [["1", "1日"], ["7", "7日間"], ["14", "14日間"], ["30", "30日間"]];
export const counted = (counts, names) => Object.entries(counts).map(([name, count]) => `${names[name]} ${count}件`).join("、");
