"""When a person takes over: rules as data, judged on the facts of a turn, and what the operator is told."""
