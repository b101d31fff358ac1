"""Speakers after the call: who spoke when, who spoke over whom, and whether the caller's voice changed.

Nothing on the live path imports this package. The network runs in an environment of its own, in a child process:
see `voice.speakers.environment` and `voice.speakers.child`.
"""
