"""The `uketsuke` command line."""

from __future__ import annotations

import sys

from rich.console import Console

from telephony.caller.carrier import NoAgentError
from uketsuke.cli.app import app
from uketsuke.errors import UserError


def main() -> None:
    """Run the command; what the user can mend is told in one sentence, without a traceback."""
    try:
        app()
    except (UserError, NoAgentError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False, soft_wrap=True)
        sys.exit(1)
