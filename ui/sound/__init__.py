"""What is heard: the cue to go, the metronome, the voice."""
