"""The fusion's constants, as `python -m dialogue.retrieval.fit` prints them; never set by hand."""

WEIGHTS = (3.596, 1.903, 2.579, 7.961, 18.214)
CALIBRATION = (-4.088, 0.562, 1.699, -0.359, -0.009, 2.664, 5.513)
