"""Grounding: what is spoken must stand in approved text, word by word and fact by fact."""
