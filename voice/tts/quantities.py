"""Money, measures, counters, ranges and fractions, rewritten so that they are read rightly."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"

_THOUSANDS: Final = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])")
_MINUS: Final = re.compile(r"(?<=[はがもを、])[-−](?=[0-9])|(?<![0-9A-Za-zぁ-ゖァ-ヺ一-鿿)])[-−▲△](?=[0-9¥$€£])")
_YEN_SIGN: Final = re.compile(rf"(?:¥|JPY|jpy)\s*({_NUMBER})(万|億|千)?(円?)")
_FOREIGN: Final = re.compile(
    r"(?<![A-Za-z])(US\s?\$|USD|usd|\$|EUR|eur|€|GBP|gbp|£|₩|KRW|krw|CNY|cny)\s*([0-9]+)(?:\.([0-9]{1,2}))?(?![0-9])(万|億)?"
)
_YEN_SEN: Final = re.compile(r"([0-9]+)\.([0-9]{2})円")
_CURRENCIES: Final = {
    "$": ("ドル", "セント"),
    "US$": ("ドル", "セント"),
    "USD": ("ドル", "セント"),
    "€": ("ユーロ", "セント"),
    "EUR": ("ユーロ", "セント"),
    "£": ("ポンド", "ペンス"),
    "GBP": ("ポンド", "ペンス"),
    "₩": ("ウォン", ""),
    "KRW": ("ウォン", ""),
    "CNY": ("元", ""),
}

_UNITS: Final = {
    "Gbps": "ギガビーピーエス",
    "Mbps": "メガビーピーエス",
    "kbps": "キロビーピーエス",
    "Kbps": "キロビーピーエス",
    "bps": "ビーピーエス",
    "TB": "テラバイト",
    "GB": "ギガ",
    "MB": "メガ",
    "KB": "キロバイト",
    "kB": "キロバイト",
    "GHz": "ギガヘルツ",
    "MHz": "メガヘルツ",
    "kHz": "キロヘルツ",
    "Hz": "ヘルツ",
    "mAh": "ミリアンペアアワー",
    "kWh": "キロワットアワー",
    "kW": "キロワット",
    "km": "キロメートル",
    "cm": "センチメートル",
    "mm": "ミリメートル",
    "m2": "平方メートル",
    "m3": "立方メートル",
    "kg": "キログラム",
    "mg": "ミリグラム",
    "ml": "ミリリットル",
    "mL": "ミリリットル",
    "km/h": "キロ",
    "dB": "デシベル",
    "inch": "インチ",
    "m": "メートル",
    "g": "グラム",
    "L": "リットル",
    "W": "ワット",
    "V": "ボルト",
    "A": "アンペア",
    "°C": "度",
    "%": "パーセント",
}
_UNIT_NAMES: Final = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_UNIT: Final = re.compile(rf"(?<![A-Za-z])({_NUMBER})\s?({_UNIT_NAMES})(?![A-Za-z0-9])")
_RANGE_BEFORE_UNIT: Final = re.compile(rf"({_NUMBER})[〜~-]({_NUMBER})(?=%|[GMTK]B)")
_GENERATIONS: Final = {"3": "スリージー", "4": "フォージー", "5": "ファイブジー", "6": "シックスジー"}
_GENERATION: Final = re.compile(r"(?<![0-9A-Za-z.,])([3-6])G(?![A-Za-z0-9])")
_GIGA: Final = re.compile(rf"(?<![A-Za-z])({_NUMBER})G(?![A-Za-z0-9])")
_RESOLUTION: Final = re.compile(r"(?<![0-9A-Za-z.,])([48])K(?![A-Za-z0-9])")
_PER: Final = re.compile(r"(?<=[円ガータスト回通分枚件])/(月|年|日|回|分|秒|件|通|人|台|枚|GB|時間)")
_PER_WORDS: Final = {"月": "1ヶ月あたり", "日": "1日あたり", "GB": "1ギガあたり", "時間": "1時間あたり"}

_MONTHS: Final = re.compile(r"(?<=[0-9])(?:か月|カ月|ヵ月|ケ月|箇月)")
_TWENTY_YEARS_OLD: Final = re.compile(r"(?<![0-9.,])20[歳才]")
_TEN_MILLION: Final = re.compile(r"(?<![0-9.,])1000(?=[万億])")
_MIXED_FRACTION: Final = re.compile(r"(?<![0-9/.])([0-9]+)[ 荷と]([0-9]{1,2})/([0-9]{1,3})(?![0-9/])")
_FRACTION: Final = re.compile(r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,3})(?![0-9/])")
_ADDRESS: Final = re.compile(
    r"(?<=[ぁ-ゖァ-ヺ一-鿿々])(?<![約計第分金額号年月日時円])([0-9]{1,4})-([0-9]{1,4})(?:-([0-9]{1,4}))?(?:-([0-9]{1,4}))?(?![0-9-])"
)
_CHAPTER: Final = re.compile(r"(?<![0-9-])([0-9]{1,3})-([0-9]{1,3})(?:-([0-9]{1,3}))?(?![0-9-])")
_RANGE: Final = re.compile(
    r"(?<=[0-9年月日時分秒円回人名歳枚台通件個本階度万千割曜ガトスルム末旬朝夜])\s?[〜~]\s?(?=$|[^ーぁ-ゖ]|から|まで)"
)
_HYPHEN_RANGE: Final = re.compile(r"(?<=[年月日時分円ち])\s?-\s?(?=[0-9])")
_RANGE_OF_WORDS: Final = re.compile(r"(?<=[一-鿿ァ-ヺ」])[〜~](?=[一-鿿ァ-ヺ「0-9])|(?<=ついたち)[〜~]")
_DRAWN_OUT: Final = re.compile(r"(?<=[ぁ-ゖァ-ヺ])[〜~]+")


def say_quantities(text: str) -> str:
    """Rewrite money, measures, counters, fractions, addresses and ranges in NFKC `text`.

    Plain numbers before Japanese counters stay in figures: the analyser chooses いっぽん, さんぼん, よにん itself.
    """
    text = _THOUSANDS.sub(lambda m: m[1].replace(",", ""), text)
    text = _MINUS.sub("マイナス", text)
    text = _YEN_SIGN.sub(r"\1\2円", text)
    text = _FOREIGN.sub(_foreign, text)
    text = _YEN_SEN.sub(lambda m: f"{m[1]}円{int(m[2])}銭", text)
    text = _RANGE_BEFORE_UNIT.sub(r"\1から\2", text)
    text = _UNIT.sub(lambda m: m[1] + _UNITS[m[2]], text)
    text = _GENERATION.sub(lambda m: _GENERATIONS[m[1]], text)
    text = _GIGA.sub(r"\1ギガ", text)
    text = _RESOLUTION.sub(lambda m: {"4": "ヨンケー", "8": "ハチケー"}[m[1]], text)
    text = _PER.sub(lambda m: "、" + _PER_WORDS.get(m[1], f"1{m[1]}あたり"), text)
    text = _MIXED_FRACTION.sub(r"\1と\3分の\2", text)
    text = _FRACTION.sub(r"\2分の\1", text)
    text = _ADDRESS.sub(_joined_by_no, text)
    text = _CHAPTER.sub(_joined_by_no, text)
    text = _MONTHS.sub("ヶ月", text)
    text = _TWENTY_YEARS_OLD.sub("二十歳", text)
    text = _TEN_MILLION.sub("一千", text)
    text = _HYPHEN_RANGE.sub("から", text)
    text = _RANGE.sub("から", text)
    text = _RANGE_OF_WORDS.sub("から", text)
    return _DRAWN_OUT.sub("ー", text)


def _foreign(match: re.Match[str]) -> str:
    sign = match[1].replace(" ", "").upper()
    whole, part = _CURRENCIES[sign]
    small = int((match[3] or "0").ljust(2, "0"))
    return f"{match[2]}{match[4] or ''}{whole}" + (f"{small}{part}" if small and part else "")


def _joined_by_no(match: re.Match[str]) -> str:
    return "の".join(group for group in match.groups() if group)
