"""The mouth: reading Japanese text rightly and turning it into samples."""
