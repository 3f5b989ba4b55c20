"""What an organisation writes itself, and the comparison of two texts."""
