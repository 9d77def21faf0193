"""Sensor honesty before the test: what each device shows while the client does as told, judged and said in words; no test of a person."""
