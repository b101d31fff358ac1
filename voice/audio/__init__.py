"""Samples as they come off and go onto the line: PCM, G.711, resampling, WAV, level."""
