"""The memory: calls, turns, evidence, events, FAQ versions, recordings. Plain data only."""
