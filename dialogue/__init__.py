"""The mind: text in, decided reply with its evidence out. Knows no audio and no sockets."""
