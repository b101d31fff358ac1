"""Other agents, called by the same callers."""
