"""Devices that speak the native profile as its page says it: an example for who writes firmware, and the other end for the tests."""
