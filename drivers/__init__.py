"""Drivers: devices of many makers, their bytes and the ways to reach them."""
