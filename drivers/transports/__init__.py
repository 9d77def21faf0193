"""Transports: where notifications come from: the air, a recording, a simulator."""
