"""One small file without I/O for each wire protocol."""
