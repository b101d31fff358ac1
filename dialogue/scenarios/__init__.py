"""Tests as conversations: scenarios in YAML, played in text against the mind on a clock that does not wait."""
