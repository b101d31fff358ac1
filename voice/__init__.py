"""Ears and mouth: audio, turn-taking, recognition, reading, synthesis, model files. Knows no calls, FAQs or web."""
