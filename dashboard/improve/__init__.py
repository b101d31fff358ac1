"""What could be answered better: found in past calls, and turned into changes of the FAQ."""
