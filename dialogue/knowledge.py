"""What the mind goes by, as it was published last: one snapshot a turn, so that an edit acts at the next turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.company import Company
from dialogue.escalation.book import RuleBook
from dialogue.faq.entry import FaqBook
from dialogue.kinship import Kinship
from dialogue.matter import Searcher
from dialogue.retrieval.thresholds import Thresholds
from dialogue.tools.spec import ToolBox
from dialogue.wording import Wording


@dataclass(frozen=True)
class Knowledge:
    """The company, what may be answered today (`book`), its index (`searcher`), answering limits, tools, rules, words.

    `versions` are those of the published documents that this comes from, by kind.
    """

    company: Company
    book: FaqBook
    searcher: Searcher
    thresholds: Thresholds = Thresholds()
    tools: ToolBox = ToolBox()
    rules: RuleBook = RuleBook()
    kinship: Kinship | None = None
    wording: Wording = Wording()
    versions: Mapping[str, int] = field(default_factory=dict)
