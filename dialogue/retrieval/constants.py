"""The fusion's constants, as `python -m dialogue.retrieval.fit` prints them; never set by hand."""

LEARNT_WEIGHTS = (1.906, 5.31, 0.0, 5.002, 4.947, 2.539, 5.709)
LEARNT_CALIBRATION = (-3.309, 0.433, 1.094, 0.954, 0.656, 1.987, 0.234, 2.641, 2.268, -5.541, -0.292, 0.0)
PLAIN_WEIGHTS = (4.711, 0.604, 0.0, 10.258, 0.0, 11.889, 0.0)
PLAIN_CALIBRATION = (-4.468, 0.487, 2.399, -0.408, -0.629, 2.686, 2.316, 5.672, 0.0, -2.81, 0.0, 0.0)
