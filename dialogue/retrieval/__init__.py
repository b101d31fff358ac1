"""Finding the entry a caller means, in spite of what the recogniser misheard."""
