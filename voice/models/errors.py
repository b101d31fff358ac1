"""What can go wrong with model files. Each message is shown to a person and names the command that mends it."""

from __future__ import annotations


class ModelError(Exception):
    """Anything about model files that a person must mend. `str()` is a Japanese sentence to show."""


class UnknownModelError(ModelError):
    """The manifest has no such model."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"「{name}」というモデルはありません。使える名前: {'、'.join(known)}")


class MissingModelError(ModelError):
    """A file of the model is not in the cache."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(
            f"モデル「{name}」のファイル {file} がありません。`uketsuke models pull {name}` を実行してください。"
        )


class DamagedModelError(ModelError):
    """A file of the model is there, but its size or SHA-256 is not the manifest's."""

    def __init__(self, name: str, file: str, reason: str) -> None:
        super().__init__(
            f"モデル「{name}」のファイル {file} が壊れています（{reason}）。"
            f"`uketsuke models pull {name}` を実行すると取り直します。"
        )


class NoSourceError(ModelError):
    """Every source was tried for a file and none gave it. `tried` holds (source, reason)."""

    def __init__(self, name: str, file: str, tried: list[tuple[str, str]]) -> None:
        self.tried = tuple(tried)
        reasons = "／".join(f"{source}: {reason}" for source, reason in tried) or "取り出し元の設定がありません"
        super().__init__(
            f"モデル「{name}」のファイル {file} を取得できませんでした（{reasons}）。"
            f"ネットワークを確かめて `uketsuke models pull {name}` をもう一度実行してください。"
            "閉じたネットワークでは、別の機械で `uketsuke models bundle` を実行して作った書庫を運び、"
            "その場所を環境変数 UKETSUKE_MODELS_FROM に書いてください。"
        )


class DiskSpaceError(ModelError):
    """Too little free space for what is to be fetched."""

    def __init__(self, folder: str, needed: int, free: int, names: list[str]) -> None:
        super().__init__(
            f"{folder} の空き容量が足りません（必要: 約 {needed / 1e6:,.0f} MB、空き: {free / 1e6:,.0f} MB）。"
            "空きを作るか、環境変数 UKETSUKE_CACHE で別の場所を指定してから "
            f"`uketsuke models pull {' '.join(names)}` を実行してください。"
        )


class PullRunningError(ModelError):
    """Another process is pulling into the same cache."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            "別のプロセスがモデルを取得しています。終わるのを待ってから "
            f"`uketsuke models pull {' '.join(names)}` を実行してください。"
        )


class ManifestError(ModelError):
    """The manifest, or a bundle, cannot be read."""


class SourceRefusedError(Exception):
    """A source does not give this file; the next one is tried. `str()` is a short Japanese reason."""


class SourceUnreachableError(SourceRefusedError):
    """A source cannot be reached at all: it is not asked again during this pull."""
