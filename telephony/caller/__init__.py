"""The far side: plays a carrier towards any running agent, in real time, and hears what a caller would hear."""
