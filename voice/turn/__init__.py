"""Whose turn it is: end of the caller's turn, and what speech over the agent means."""
