"""Errors that the person at the command line can mend; their text is a Japanese sentence that says how."""


class UserError(Exception):
    """Shown without a traceback."""
