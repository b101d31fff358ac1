"""The figures of a contact centre: one call reduced to plain facts, and pure functions from facts to figures."""
