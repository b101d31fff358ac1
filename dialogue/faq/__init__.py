"""The approved FAQ: entries, files, checks."""
