"""Correction of recognised text toward a company's vocabulary, by sound and whatever the engine."""

from voice.recognition.correction.corrector import Corrected, Correction, TermCorrector

__all__ = ["Corrected", "Correction", "TermCorrector"]
