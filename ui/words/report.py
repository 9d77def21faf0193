"""Texts of the physio's report beside those of ``common``: which trials were used, targets, devices with alignment and certificates."""

TRIALS = "Trials"
TRIAL_HEAD = ("#", "Exam", "Leg", "Outcome", "Used")
USED = "used"
NOT_USED = "not used: {why}"
OVER_TIME = "Compared with earlier visits and targets"
OVER_TIME_HEAD = ("Measure", "Leg", "Now", "First visit", "Change", "Last visit", "Change", "Target")
BEFORE = "{value}  ({day})"
PRINTED = "day of the visit not known, printed {day}"
RATES = "{slowest} to {fastest}"
CLIPPED = "Samples at the end of the range: {count}."
DEVICES = "Devices"
DEVICE = "{device} ({site}): {rate} Hz of {nominal} Hz, timing {timing} ± {timing_ms} ms, {lost}, clock {skew} ppm off the computer's."
LOST_NONE = "no sample missing"
LOST_SOME = ("{count} sample missing (told by {by})", "{count} samples missing (told by {by})")
NOT_ALIGNED = "Not aligned with another device."
STANDING = "{words}."
UNCERTAINTIES = "Standard uncertainties (k = 1): {told}."
ALIGNED = "{words}."
