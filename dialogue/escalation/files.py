"""Rule files: YAML in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from dialogue.escalation.book import RuleBook, RulesError, content_of, parsed, with_sounds
from dialogue.escalation.builtin import BUILT_IN_IDS, Tuning
from dialogue.escalation.rules import Callback, Rule, Transfer
from dialogue.kana import Reader

_MOST_BYTES: Final = 2_000_000
_PARTS: Final = {"queues", "built_in", "rules"}


def load_rules(path: Path, version: int = 0, reader: Reader | None = None) -> RuleBook:
    """The rules of a file. Raises `RulesError` that names every fault. See `read_content`."""
    return RuleBook.from_content(version, read_content(path, reader))


def read_content(path: Path, reader: Reader | None = None) -> list[dict[str, Any]]:
    """A file's rules as plain data to publish: checked, with the readings of words filled in by `reader`.

    The file has `queues` (every queue a rule may name), `built_in` (own words and queues for built-in rules) and
    `rules`. Raises `RulesError`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RulesError(f"{path} が開けません（{error.strerror}）。場所と権限をご確認ください。") from error
    if len(data) > _MOST_BYTES:
        raise RulesError(f"{path} が大きすぎます。{_MOST_BYTES:,}バイト以内にしてください。")
    try:
        content: Any = yaml.safe_load(data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesError(f"{path} がYAMLとして読めません（{error}）。") from error
    try:
        return _checked(content, reader or Reader())
    except RulesError as error:
        raise RulesError(f"{path} に誤りがあります。\n{error}") from error


def format_rules(content: Iterable[Mapping[str, Any]]) -> str:
    """Published content as a file's text, from which `read_content` gives the same content again."""
    own, tunings = parsed(content)
    book = RuleBook.of(0, own, tunings)
    whole = {
        "queues": list(book.queues),
        "built_in": [tuning.model_dump(mode="json", exclude_none=True) for tuning in tunings],
        "rules": [rule.model_dump(mode="json", exclude_defaults=True) for rule in own],
    }
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120)


def _checked(content: Any, reader: Reader) -> list[dict[str, Any]]:
    if not isinstance(content, dict) or not content.keys() <= _PARTS:
        raise RulesError("queues、built_in、rules の3つの項目で書いてください。")
    parts = {name: content.get(name) or [] for name in _PARTS}
    for name, part in parts.items():
        if not isinstance(part, list):
            raise RulesError(f"{name}: 「- 」で始まる行を並べて書いてください。")
    _built_in_is_known(parts["built_in"])
    own, tunings = parsed([*parts["built_in"], *parts["rules"]])
    RuleBook.of(0, own, tunings)
    queues = [str(queue) for queue in parts["queues"]]
    unknown = [f"「{queue}」" for queue in _queues_of(own, tunings) if queue not in queues]
    if unknown:
        raise RulesError(f"窓口{'、'.join(unknown)}が queues にありません。書き足すか、名前をご確認ください。")
    return content_of([with_sounds(rule, reader) for rule in own], tunings)


def _built_in_is_known(items: list[Any]) -> None:
    for item in items:
        if not isinstance(item, Mapping) or item.get("id") not in BUILT_IN_IDS:
            known = "、".join(sorted(BUILT_IN_IDS))
            raise RulesError(f"built_in に書けるのは、組み込みのルールだけです（{known}）。")


def _queues_of(own: Iterable[Rule], tunings: Iterable[Tuning]) -> list[str]:
    actions = [*(rule.then for rule in own), *(tuning.then for tuning in tunings)]
    return list(dict.fromkeys(action.queue for action in actions if isinstance(action, Transfer | Callback)))
