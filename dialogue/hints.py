"""What a person tells the agent to do: an entry to answer by, or a tool to go on with. Anything else it cannot do."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.knowledge import Knowledge
from dialogue.matter import MatterReader, Verdict


@dataclass(frozen=True)
class Hint:
    """`by` is the person's name; exactly one of `entry_id` and `tool` is set. `title` is for people to read."""

    by: str
    title: str
    entry_id: str = ""
    tool: str = ""


async def read_hint(words: str, by: str, knowledge: Knowledge, reader: MatterReader) -> Hint | None:
    """The entry that `words` name by its id, the tool they name, or the entry they ask for without any doubt."""
    named = words.strip()
    entry = knowledge.book.get(named)
    if entry is not None:
        return Hint(by, entry.title, entry_id=entry.id)
    tool = knowledge.tools.get(named)
    if tool is not None:
        return Hint(by, tool.offer, tool=tool.name)
    matter = await reader.read(named, ask_router=False)
    if matter.verdict is not Verdict.ANSWER or len(matter.entry_ids) != 1:
        return None
    entry = knowledge.book.get(matter.entry_ids[0])
    return None if entry is None else Hint(by, entry.title, entry_id=entry.id)
