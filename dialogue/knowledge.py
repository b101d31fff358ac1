"""What the mind goes by, as it was published last: one snapshot a turn, so that an edit acts at the next turn."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.company import Company
from dialogue.escalation.book import RuleBook
from dialogue.faq.entry import FaqBook
from dialogue.kinship import Kinship
from dialogue.matter import Searcher
from dialogue.retrieval.thresholds import Thresholds
from dialogue.tools.spec import ToolBox


@dataclass(frozen=True)
class Knowledge:
    """The company, what may be answered today (`book`), its index (`searcher`), answering limits, tools, rules."""

    company: Company
    book: FaqBook
    searcher: Searcher
    thresholds: Thresholds = Thresholds()
    tools: ToolBox = ToolBox()
    rules: RuleBook = RuleBook()
    kinship: Kinship | None = None
