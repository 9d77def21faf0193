"""Codecs: pure translations between bytes of a device and readings."""
