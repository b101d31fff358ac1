"""The operators' desk: who is there, who waits, what is done in a call and after it."""
