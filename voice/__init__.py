"""Ears and mouth: audio, turn-taking, recognition, synthesis, model files. Knows no calls, FAQs or web."""
