"""The catalog of device models."""
