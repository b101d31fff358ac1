"""Latin words and letters as a Japanese operator says them."""

from __future__ import annotations

import re
from typing import Final

import jaconv

LETTER_NAMES: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "エー",
            "ビー",
            "シー",
            "ディー",
            "イー",
            "エフ",
            "ジー",
            "エイチ",
            "アイ",
            "ジェー",
            "ケー",
            "エル",
            "エム",
            "エヌ",
            "オー",
            "ピー",
            "キュー",
            "アール",
            "エス",
            "ティー",
            "ユー",
            "ブイ",
            "ダブリュー",
            "エックス",
            "ワイ",
            "ゼット",
        ],
        strict=True,
    )
)
"""Each capital's name in katakana."""

# What a telecom's messages contain, matched without regard to case, longest first.
_WORDS: Final = {
    "Wi-Fi": "ワイファイ",
    "WiFi": "ワイファイ",
    "eSIM": "イーシム",
    "nanoSIM": "ナノシム",
    "nano SIM": "ナノシム",
    "microSIM": "マイクロシム",
    "microSD": "マイクロエスディー",
    "SIM": "シム",
    "PIN": "ピン",
    "PUK": "パック",
    "LAN": "ラン",
    "VoLTE": "ボルテ",
    "VoIP": "ボイップ",
    "ONU": "オーエヌユー",
    "LINE": "ライン",
    "iPhone": "アイフォーン",
    "iPad": "アイパッド",
    "iOS": "アイオーエス",
    "iCloud": "アイクラウド",
    "Apple": "アップル",
    "Apple Pay": "アップルペイ",
    "App Store": "アップストア",
    "Android": "アンドロイド",
    "Google": "グーグル",
    "Google Play": "グーグルプレイ",
    "Google Pay": "グーグルペイ",
    "YouTube": "ユーチューブ",
    "Facebook": "フェイスブック",
    "Instagram": "インスタグラム",
    "Twitter": "ツイッター",
    "Netflix": "ネットフリックス",
    "Amazon": "アマゾン",
    "PayPay": "ペイペイ",
    "Suica": "スイカ",
    "FeliCa": "フェリカ",
    "Edy": "エディ",
    "VISA": "ビザ",
    "Mastercard": "マスターカード",
    "JCB": "ジェーシービー",
    "Windows": "ウィンドウズ",
    "Mac": "マック",
    "Chrome": "クローム",
    "Safari": "サファリ",
    "Bluetooth": "ブルートゥース",
    "NFC": "エヌエフシー",
    "Web": "ウェブ",
    "Type-C": "タイプシー",
    "Lightning": "ライトニング",
    "OK": "オーケー",
    "NG": "エヌジー",
    "NHK": "エヌエイチケー",
    "NTT": "エヌティーティー",
    "JR": "ジェイアール",
    "FAX": "ファックス",
    "TEL": "電話番号",
    "CEO": "シーイーオー",
    "mail": "メール",
    "e-mail": "イーメール",
    "email": "イーメール",
    "My": "マイ",
    "Max": "マックス",
    "Mini": "ミニ",
    "Pro": "プロ",
    "Plus": "プラス",
    "Light": "ライト",
    "Lite": "ライト",
    "Premium": "プレミアム",
    "Basic": "ベーシック",
    "Standard": "スタンダード",
    "Start": "スタート",
    "One": "ワン",
    "Home": "ホーム",
    "Mobile": "モバイル",
    "Plan": "プラン",
    "Point": "ポイント",
    "Pay": "ペイ",
    "App": "アプリ",
    "Store": "ストア",
    "Shop": "ショップ",
    "Support": "サポート",
    "Login": "ログイン",
    "Cookie": "クッキー",
    "Vol": "ボリューム",
    "vs": "対",
    "No.": "ナンバー",
    "AI": "エーアイ",
    "AM": "午前",
    "PM": "午後",
    "com": "コム",
    "info": "インフォ",
    "net": "ネット",
    "support": "サポート",
}
_SPOKEN: Final = {word.lower(): kana for word, kana in _WORDS.items()}
_KNOWN: Final = re.compile(
    "(?<![A-Za-z])(?:"
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + ")(?![a-z])(?![A-Z])",
    re.IGNORECASE,
)
_CLOCK_SUFFIX: Final = re.compile(r"([0-9]{1,2}時(?:[0-9]{1,2}分)?)\s?(AM|PM|am|pm)(?![A-Za-z])")
_CAPITALS: Final = re.compile(r"(?<![A-Za-z])[A-Z]{1,8}(?![a-z])")
_SINGLE: Final = re.compile(r"(?<![A-Za-z])[a-z](?![A-Za-z])")
_WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_ROMAJI: Final = re.compile(
    r"(?:(?:[kgsztdnhbpmrjfw]|sh|ch|ts|[kgnhbpmr]?y)?[aiueo]|n(?![aiueoy])|([kstpc])(?=\1|ch))+", re.IGNORECASE
)
_URL: Final = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})(/[A-Za-z0-9._/?=&%#-]*)?(?![A-Za-z0-9@])"
)
_MAIL: Final = re.compile(r"([A-Za-z0-9._%+-]+)@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_TOP_LEVELS: Final = {
    "jp": "ジェーピー",
    "com": "コム",
    "net": "ネット",
    "org": "オーグ",
    "co": "シーオー",
    "ne": "エヌイー",
    "or": "オーアール",
    "go": "ジーオー",
    "ac": "エーシー",
    "info": "インフォ",
}
_PUNCTUATION: Final = {
    ".": "ドット",
    "/": "スラッシュ",
    "-": "ハイフン",
    "_": "アンダーバー",
    "@": "アットマーク",
    "?": "クエスチョン",
    "=": "イコール",
    "&": "アンド",
    "%": "パーセント",
    "#": "シャープ",
    "+": "プラス",
}


def say_letters(letters: str) -> str:
    """Spell Latin letters one by one; other characters are dropped.

    >>> say_letters("MNP")
    'エムエヌピー'
    """
    return "".join(LETTER_NAMES.get(letter, "") for letter in letters.upper())


def say_addresses(text: str) -> str:
    """Say web and mail addresses with ドット, スラッシュ, アットマーク. Run before any digits are read."""
    text = _MAIL.sub(lambda m: f"{_say_address(m[1])}アットマーク{_say_address(m[2])}", text)
    return _URL.sub(_web, text)


def say_latin(text: str) -> str:
    """Replace Latin words by katakana: known words, then capitals letter by letter, then romaji; the rest stays.

    What stays (an English word that is in no table here) is left to the analyser's own dictionary.
    """
    text = _CLOCK_SUFFIX.sub(lambda m: ("午前" if m[2].lower() == "am" else "午後") + m[1], text)
    text = _KNOWN.sub(lambda m: _SPOKEN[m[0].lower()], text)
    text = _CAPITALS.sub(lambda m: (len(m[0]) > 4 and _romaji(m[0])) or say_letters(m[0]), text)
    text = _SINGLE.sub(lambda m: say_letters(m[0]), text)
    return _WORD.sub(lambda m: _romaji(m[0]) or m[0], text)


def _romaji(word: str) -> str | None:
    """Katakana of a word that can be read as Hepburn romaji (Minato -> ミナト), else None."""
    if len(word) < 4 or not _ROMAJI.fullmatch(word):
        return None
    kana: str = jaconv.hira2kata(jaconv.alphabet2kana(word.lower()))
    return kana if kana and not _WORD.search(kana) else None


def _web(match: re.Match[str]) -> str:
    host = match[1]
    if host.rpartition(".")[2].lower() not in _TOP_LEVELS and not match[0].startswith("http"):
        return match[0]
    return _say_address(host) + _say_address((match[2] or "").rstrip("/."))


def _say_address(address: str) -> str:
    said: list[str] = []
    for piece in re.findall(r"[A-Za-z]+|[0-9]+|.", address):
        if piece.isdigit():
            said.append(piece if len(piece) < 3 else "".join(f"{digit} " for digit in piece))
        elif piece.isalpha() and piece.isascii():
            known = _TOP_LEVELS.get(piece.lower()) or _SPOKEN.get(piece.lower()) or _romaji(piece)
            said.append(known or (say_letters(piece) if len(piece) <= 4 else piece))
        else:
            said.append(_PUNCTUATION.get(piece, ""))
    return "".join(said)
