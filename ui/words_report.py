"""Texts of the physio's report beside those of ``words``: which trials were used, targets, devices with alignment and certificates."""

TRIALS = "Trials"
TRIAL_HEAD = ("#", "Exam", "Leg", "Outcome", "Used")
USED = "used"
NOT_USED = "not used: {why}"
TARGET = "{title}, {side}: target {target}."
DEVICES = "Devices"
DEVICE = "{device} ({site}): {rate} Hz of {nominal} Hz, timing {timing} ± {timing_ms} ms, {lost}, clock {skew} ppm off the computer's."
LOST_NONE = "no sample missing"
LOST_SOME = ("{count} sample missing (told by {by})", "{count} samples missing (told by {by})")
NOT_ALIGNED = "Not aligned with another device."
STANDING = "{words}."
UNCERTAINTIES = "Standard uncertainties (k = 1): {told}."
ALIGNED = "{words}."
