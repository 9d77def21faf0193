"""Calibration: procedures that make a device trustworthy, and what they leave behind."""
