"""What is missing, by counter first, then by rate; never closed up silently."""
