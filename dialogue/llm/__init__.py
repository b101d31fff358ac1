"""Language models: one seam for OpenAI-compatible servers and the embedded llama.cpp model."""
