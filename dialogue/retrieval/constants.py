"""The fusion's constants, as `python -m dialogue.retrieval.fit` prints them; never set by hand."""

LEARNT_WEIGHTS = (1.984, 5.404, 0.0, 4.853, 4.848, 2.894, 5.551)
LEARNT_CALIBRATION = (-2.772, 0.466, 0.453, 0.96, 0.462, 1.929, 0.222, 2.586, 2.238, -5.461, -0.399, -0.701)
PLAIN_WEIGHTS = (5.055, 7.629, 0.0, 11.511, 0.0, 9.977, 0.0)
PLAIN_CALIBRATION = (-2.052, 0.703, -0.307, 0.447, -1.831, 2.29, -2.448, 5.334, 0.0, -1.617, 0.0, -1.828)
