"""A fictitious company, ready to run."""

from __future__ import annotations

from pathlib import Path

__all__ = ["sample_dir"]


def sample_dir(name: str = "minato") -> Path:
    """The folder of a sample company: company.yaml, faq.yaml, dictionary.yaml, vocabulary.yaml, questions.yaml, calls/.

    Raises FileNotFoundError, with the names there are, when there is no such sample.
    """
    here = Path(__file__).parent
    folder = here / name
    if not (folder / "company.yaml").is_file():
        known = "、".join(sorted(path.parent.name for path in here.glob("*/company.yaml")))
        raise FileNotFoundError(f"見本「{name}」はありません。使える見本: {known}")
    return folder
