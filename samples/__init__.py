"""A fictitious company, ready to run."""
