"""Signals: what is done to samples before a number is made of them."""
