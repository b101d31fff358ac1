"""What supervisors tune besides the FAQ: its kinds, what is wrong with a draft, what it changes, its publishing."""
