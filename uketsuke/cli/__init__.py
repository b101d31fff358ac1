"""The `uketsuke` command line."""
