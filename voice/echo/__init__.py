"""The agent's own voice coming back over the line: found, taken out, and told from the caller's."""

from voice.echo.guard import EchoGuard

__all__ = ["EchoGuard"]
