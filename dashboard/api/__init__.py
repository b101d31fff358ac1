"""The HTTP API: one file a subject. The pages use nothing else."""
