"""Where a check of the sensors draws its lines, each with its unit and reason; no code looks at samples here."""

# ---- rate and loss ----
RATE_WARN = 0.02
"""Deviation from the promised rate that is worth a word (E-RATE)."""
RATE_BAD = 0.10
"""Cheap motion sensors are up to 10 % off and the clock fit takes that in (algorithms.md 3); more is another rate than was asked for."""
LOSS_WARN_PERCENT = 1.0
"""Hops need less than 1 % (devices.md 6.1)."""
LOSS_BAD_PERCENT = 5.0
"""Far beyond the 2 % at which a stance has no numbers (E-GAP)."""
GAP_WARN_S = 0.1
"""A longer gap in a window ends the numbers of a stance (E-GAP)."""

# ---- a motion sensor at rest ----
ACC_NOISE_WARN_M_S2 = 0.06
"""Five times what an ordinary sensor shows at 100 Hz (1.2 mg)."""
ACC_NOISE_BAD_M_S2 = 0.15
"""With as much noise nobody can be seen to stand still (algorithms.md 5)."""
GYRO_NOISE_WARN_DPS = 0.5
"""Six times what an ordinary sensor shows at 100 Hz (0.08 °/s)."""
GYRO_NOISE_BAD_DPS = 3.0
"""With as much noise nobody can be seen to stand still (algorithms.md 5)."""
GRAVITY_WARN_MG = 30.0
"""An ordinary sensor out of the box is 20 mg off on each axis, 10 mg once calibrated (QC-05)."""
GRAVITY_BAD_MG = 100.0
"""A tenth of gravity: another range than was decoded, or broken."""
TURN_WARN_DPS = 2.0
"""The most that the orientation filter takes off by itself; ordinary is 1 °/s."""
TURN_BAD_DPS = 10.0
"""A tenth of the slowest turn that tells a take-off (150 °/s, algorithms.md 2.1) and of what a lunge turns in a second."""

# ---- a pad ----
ZERO_WARN_N = 5.0
"""About 1 % of a light adult: a weight or a peak would be off by more than the pad's own error."""
ZERO_BAD_N = 30.0
"""An empty pad is told by less than this: beyond it nobody is seen to step off."""
LOADED_N = 100.0
"""More is no offset: somebody stands on it, if only a child with one foot."""
PAD_NOISE_WARN_N = 3.0
"""A tare is refused above this."""
PAD_NOISE_BAD_N = 10.0
"""Half the threshold of a contact (20 N): the pad makes contacts by itself."""
DRIFT_WARN_N_S = 2.0
"""A tare is refused above this (algorithms.md 1): a cold pad, or something that leans on it."""

# ---- battery ----
BATTERY_WARN_PERCENT = 20
"""Below this a device may not last the visit."""
BATTERY_LOW_PERCENT = 5
"""Below this it may not last the test."""

# ---- side ----
MOVED_RAD = 0.14
"""8°: a foot that stands rocks by 2° in its shoe, one that is lifted turns by 20° and more."""
MOVED_RATIO = 3.0
"""The lifted leg turns so many times as far as the standing one; less leaves it open which of them was lifted."""
SHIFTED_MM = 20.0
"""Feet side by side are 100 mm apart or more, so the pressure moves 50 mm when one is lifted; sway on both feet is some mm."""
UNLOADED_SHARE = 0.2
"""A pad keeps less than this of its load when the foot on it is lifted."""

# ---- how long ----
REST_S = 3.0
"""Stillness that is judged: 2 s are needed for a gyroscope's bias (algorithms.md 9.2)."""
REST_LEAST_S = 1.0
"""A shorter stretch tells neither noise nor zero (metrics.md 0.1, P-FJUMP)."""
STANDS_S = 1.0
"""Standing on the pad with both feet, before a foot is lifted."""
SETTLED_S = 0.8
"""Between a foot lifted and the look at where the pressure went: a shift of weight takes 0.6 s."""
DOWN_S = 0.6
"""Stillness between the two feet."""
UNSEEN_S = 3.0
"""A foot without any sensor is lifted for so long: nobody sees when."""
LATEST_S = 15.0
"""A step that nobody does is left after this, and told as not done."""
