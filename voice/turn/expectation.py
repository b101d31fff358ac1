"""What kind of answer the agent is waiting for: it changes how long to wait and what はい means."""

from enum import StrEnum


class Expectation(StrEnum):
    """The place in the conversation, as the ears need to know it."""

    FREE = "free"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"
    NAME = "name"
    ADDRESS = "address"
