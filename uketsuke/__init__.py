"""Composition root: settings, the command line, and the one place where everything is built."""
