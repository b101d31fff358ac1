"""One file a step. A released step is never changed; a new one follows it."""
