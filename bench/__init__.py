"""Measurements: each bench prints a table and writes a JSON of figures. Never run as tests."""
