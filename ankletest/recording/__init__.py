"""Recordings: raw notifications in an MCAP file that survives a crash."""
