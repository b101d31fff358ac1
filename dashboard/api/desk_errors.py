"""What goes wrong at the desk, as answers that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from dashboard.desk.seams import DeskError
from dashboard.desk.work import CallGoneError
from records.presence import PresenceError


@contextmanager
def told_as_answers() -> Iterator[None]:
    """410 for a call that is over, 409 for what cannot be done now."""
    try:
        yield
    except CallGoneError as error:
        raise HTTPException(410, str(error)) from error
    except (DeskError, PresenceError) as error:
        raise HTTPException(409, str(error)) from error
