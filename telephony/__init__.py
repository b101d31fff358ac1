"""The line: wire protocols, one Call that ties line, ears, mind and mouth together, the server."""
