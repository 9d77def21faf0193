"""The core: pure Python, numpy and scipy; no window, no radio, no clock."""

__version__ = "0.1.0"
