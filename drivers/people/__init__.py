"""Simulated people: how stance and hops look in force and rotation, with the truth beside them."""
