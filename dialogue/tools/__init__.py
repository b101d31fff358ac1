"""Tools: what the agent may do for a caller beside answering, under a firm hand."""
