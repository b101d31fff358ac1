"""From samples to words: the Recognizer seam, Whisper on CTranslate2, guards against invention."""
