"""Composition root: settings, the command line, and the one place where everything is built."""

import os

# The pool's workers are the only parallelism wanted: a BLAS with threads of its own makes every short product slower
# on shared cores (mel features 2.4 times). It reads this once, when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
