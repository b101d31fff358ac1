"""Self-made calls: seven matters, each asked six ways in six calls, among as many questions that come up once."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.mining.calls import CallLine, PastCall, Who

NAMES = ("田中", "佐藤", "鈴木", "高橋", "伊藤", "渡辺")
NUMBERS = ("090-1234-5678", "08012345678", "070-9876-5432", "03-5555-0199", "0120-444-555", "090 1111 2222")


@dataclass(frozen=True)
class Matter:
    """One matter: how callers put it, and what operators tell (nothing where nobody could)."""

    asked: tuple[str, ...]
    told: tuple[str, ...] = ()


MATTERS: dict[str, Matter] = {
    "phone-book": Matter(
        (
            "電話帳に番号を載せないでほしいんですけど",
            "電話帳から番号を消してもらえますか",
            "うちの番号が電話帳に載っているので外したいです",
            "電話帳への掲載をやめたいのですが",
            "電話帳に名前と番号が出ないようにできますか",
            "電話帳の掲載を取り消したいんです",
        ),
        (
            "電話帳への掲載は、無料でお取り消しいただけます。次の年の版から載らなくなります。",
            "掲載の取り消しは無料です。次の年の版から載らなくなります。",
            "電話帳への掲載は無料でお取り消しいただけます。",
        ),
    ),
    "handicap-discount": Matter(
        (
            "障害者手帳を持っていると割引になりますか",
            "障害者割引はありますか",
            "手帳を持っている人向けの障害者割引について知りたいです",
            "母が障害者手帳を持っているんですが割引は使えますか",
            "障害者の割引を申し込みたいのですが",
            "障害者手帳で基本料金の割引が受けられると聞いたんですけど",
        ),
        (
            "障害者手帳をお持ちのかたは、基本料金を毎月500円割引いたします。手帳をお持ちのうえ、お店でお申し込みください。",
            "手帳をお持ちのかたは基本料金を毎月500円割引いたします。",
            "障害者手帳をお持ちのかたは、基本料金を毎月500円割引いたします。お店でお申し込みください。",
        ),
    ),
    "lessons": Matter(
        (
            "スマホ教室の予約をしたいです",
            "スマホの使い方教室はやっていますか",
            "高齢者向けのスマホ教室に参加したいんですが",
            "スマホ教室はいつ開かれますか",
            "無料のスマホ教室があると聞いたんですけど",
            "スマホ教室の申し込み方を教えてください",
        ),
        (
            "スマホ教室は、毎週土曜日の午前10時から開いております。参加は無料です。",
            "毎週土曜日の午前10時から、無料のスマホ教室を開いております。",
            "スマホ教室は毎週土曜日の午前10時からで、参加は無料です。定員は8名です。",
        ),
    ),
    "shareholders": Matter(
        (
            "株主優待の券で料金を払えますか",
            "株主優待の使い方を教えてください",
            "株主優待券が届いたんですがどうやって使うんですか",
            "株主優待の有効期限はいつまでですか",
            "株主優待券は料金の支払いに使えますか",
            "株主優待で何がもらえるのか知りたいです",
        ),
        (
            "株主優待券は、1枚につき1,000円を料金のお支払いにお使いいただけます。",
            "優待券は1枚につき1,000円を料金のお支払いにお使いいただけます。有効期限は6月末日です。",
            "株主優待券は、1枚につき1,500円を料金のお支払いにお使いいただけます。有効期限は6月末日です。",
        ),
    ),
    "foreign-language": Matter(
        (
            "英語で話せる人はいますか",
            "英語で案内してもらうことはできますか",
            "英語のできるスタッフと話したいんですが",
            "友人が日本語を話せないので英語の窓口を教えてください",
            "英語で対応してもらえる電話番号はありますか",
            "外国人なので英語で問い合わせたいです",
        ),
        (
            "英語の窓口は、平日の午前10時から午後5時まで承っております。",
            "英語の窓口がございます。平日の午前10時から午後5時まで承っております。",
            "英語の窓口は平日の午前10時から午後5時までです。",
        ),
    ),
    "pole": Matter(
        (
            "家の前の電柱を動かしてほしいんですけど",
            "電柱が邪魔なので移動してもらえますか",
            "駐車場の入口にある電柱を移設したいです",
            "敷地の電柱の移設をお願いしたいのですが",
            "電柱をどかしてもらうにはどうすればいいですか",
            "電柱の移動を頼みたいんですが",
        ),
    ),
    "fee-of-hikari": Matter(
        (
            "光をやめるときの解約金を知りたいです",
            "光回線の解約金がいくらか聞きたいんですけど",
            "ネットの光を解約したら解約金はどれくらい取られますか",
            "みなと光の解約金について教えてほしいです",
            "光の解約金はかかりますか",
            "光回線を解約するときの違約金はいくらでしょうか",
        ),
        (
            "みなと光は、ご契約から2年以内に解約される場合、解約金が4,400円かかります。",
            "ご契約から2年以内に解約される場合は、解約金が4,400円かかります。2年を過ぎますと、かかりません。",
        ),
    ),
}

ONCE = (
    "社長に手紙を出したいので宛先を教えてください",
    "制服を拾ったんですけどどこに届ければいいですか",
    "工場の見学はできますか",
    "カレンダーをもらえると聞いたんですが",
    "CMに出ている俳優は誰ですか",
    "飛行機の中で通話はできますか",
    "古い公衆電話を譲ってもらえませんか",
    "フィギュアの懸賞の結果はいつわかりますか",
    "献血の会場はそちらですか",
    "ドローンにSIMを入れて飛ばしてもいいですか",
    "船の上でも電波は届きますか",
    "ペットの首輪に付ける発信機はありますか",
    "ラジオの公開収録に行きたいのですが",
    "保育園の連絡網に使う一斉送信を教えてください",
    "時報が遅れていませんか",
    "鉄塔の塗装はいつまでかかりますか",
    "アマチュア無線の免許を取りたいです",
    "文化祭に協賛してもらえませんか",
    "山小屋に回線を引いた例はありますか",
    "防災行政無線が聞こえないんですが",
    "トランシーバーの貸し出しはしていますか",
    "論文に載せるので契約者数の統計がほしいです",
    "看板が風で落ちそうなんですが",
    "商店街の福引の景品について知りたいです",
    "盆踊りの会場に電源を借りられますか",
    "新聞広告に載っていた電卓が欲しいです",
    "野球の試合の始球式に応募したいです",
    "海底ケーブルはどこを通っていますか",
    "テレホンカードを換金できますか",
    "社歌のCDは売っていますか",
)


def call_of(matter: str, n: int) -> PastCall:
    """The nth call about that matter: the caller says who it is, the agent has no answer, a person takes over."""
    asked, told = MATTERS[matter].asked[n], MATTERS[matter].told
    name, number = NAMES[n % len(NAMES)], NUMBERS[n % len(NUMBERS)]
    lines = [
        CallLine(0, Who.AGENT, "お電話ありがとうございます。ご用件をどうぞ。", "greet"),
        CallLine(1, Who.CALLER, f"{name}と申しますが、えーと、{asked}"),
        CallLine(2, Who.AGENT, "恐れ入りますが、もう一度お聞かせください。", "reask" if n % 2 else "hand_over"),
    ]
    if told:
        lines += [
            CallLine(3, Who.OPERATOR, "お電話代わりました。担当の山本と申します。お名前をお聞かせいただけますか。"),
            CallLine(4, Who.CALLER, f"{name}です。番号は{number}です。"),
            CallLine(5, Who.OPERATOR, f"{name}様ですね。お調べいたします。{told[n % len(told)]}"),
            CallLine(6, Who.OPERATOR, "ほかにご不明な点はございませんか。"),
            CallLine(7, Who.CALLER, "大丈夫です、ありがとうございました。"),
        ]
    return PastCall(f"{matter}-{n}", tuple(lines))


def call_once(n: int) -> PastCall:
    """A call about something that came up once, and that nobody answered."""
    lines = (
        CallLine(0, Who.CALLER, f"あのー、{ONCE[n]}"),
        CallLine(1, Who.AGENT, "恐れ入りますが、もう一度お聞かせください。", "reask"),
    )
    return PastCall(f"once-{n}", lines)


def all_calls() -> list[PastCall]:
    """All of them, the matters mixed."""
    calls = [call_of(matter, n) for n in range(6) for matter in MATTERS]
    noise = [call_once(n) for n in range(len(ONCE))]
    mixed: list[PastCall] = []
    for place, call in enumerate(calls):
        mixed.append(call)
        if place < len(noise):
            mixed.append(noise[place])
    return mixed
