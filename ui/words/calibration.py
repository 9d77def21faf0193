"""Every text of the calibration page, its wizard and its certificate; instructions are the procedures' own."""

from types import MappingProxyType

NOT_TEXT = ("LAMP", "STOPPED", "AXES")
"""Constants that are keys of the program, or are recorded: no language changes them."""

PAGE = "Calibration"
DEVICES = "Devices"
NOT_CONNECTED = "No device is connected. Choose one on the Devices page (Ctrl+4)."
EXAM_GOES_ON = "An exam is going on. Calibrate when it has ended."
CALIBRATION_GOES_ON = "A calibration is going on. Finish or cancel it first (Ctrl+7)."
STOPPED = "by the operator"

# ---- overview ----
STATE_TABLE = "State of each device"
STATE_COLUMNS = ("State", "Device", "Certificate", "Made", "Due", "Left")
STANDS = MappingProxyType({"good": "passed", "due": "due soon", "expired": "expired", "failed": "failed", "none": "none yet"})
LAMP = MappingProxyType({"good": "good", "due": "warn", "expired": "bad", "failed": "bad", "none": "off"})
UNTIL_NEXT = "until the next"
DAYS_LEFT = "{days} d"
HOURS_LEFT = "{hours} h"
LAPSED = "lapsed"
CONNECTED = "connected"
NO_CERTIFICATE = "no certificate"
COUNTED = "{state}: {count}"
WITHOUT = "no certificate: {count}"
EMPTY = "Nothing is certified yet. Connect a device, then press “Calibrate”."
DAMAGED = "{count} damaged in the folder of certificates: {first}"
HISTORY = "History"
HISTORY_OF = "{title}  ·  {device}"
HISTORY_TABLE = "Certificates of this kind"
HISTORY_COLUMNS = ("Made", "Result", "Value", "±")
DRIFT = "Drift"
DRIFT_EMPTY = "Choose a certificate to see how its numbers moved from one to the next."
DRIFT_TOLD = ("{title}: {count} certificate, {last} {unit}", "{title}: {count} certificates, first {first}, last {last} {unit}")
CALIBRATE = "Calibrate   Enter"
CALIBRATE_NAME = "Calibrate"
SHOW = "Show certificate"
SAVE_PDF = "Save PDF"
BACK = "Back"
PDF_FILES = "PDF (*.pdf)"
SAVED = "Written: {name}"
PASSED, FAILED = "passed", "failed"
KEYS_OVERVIEW = "Enter  calibrate      Ctrl+S  save PDF      F5  read again"

# ---- wizard: what is asked ----
WIZARD = "Calibrate a device"
DEVICE = "Device"
PROCEDURE = "Procedure"
OPERATOR = "Operator's code"
OPERATOR_HINT = "no name"
ROOM_TEMPERATURE = "Temperature (°C)"
OPTIONAL = "if known"
ASKED = "What is entered"
NOTHING_ASKED = "Nothing has to be entered."
MANY_HINT = "Several numbers, with spaces between them"
NOT_NUMBERS = "{title}: “{text}” is no number."
BEGIN = "Begin   Enter"
BEGIN_NAME = "Begin"
NOT_HERE = "None of the procedures is for a device that is connected."
STEPS = ("{count} step; {holds}.", "{count} steps; {holds}.")
STEP = "{number}.  {instruction}"
HOLDS_DAYS = ("holds {days} day", "holds {days} days")
HOLDS_HOURS = ("holds {hours} hour", "holds {hours} hours")
HOLDS_NEXT = "holds until the next"
WHAT_COMES = "What comes"

# ---- wizard: going on ----
WAITING = "Waiting for the device …"
BY_ITSELF = "It is taken by itself as soon as it is right; nobody has to press a key."
STEP_OF = "step {number} of {total}"
CAPTURES = "Captured"
NOW = "Now"
PROGRESS = "Progress"
CANCEL = "Cancel   Esc"
CANCEL_NAME = "Cancel"
KEYS_GOING = "Esc  cancel      Ctrl+U  voice"

# ---- wizard: the end ----
PASSED_HEAD = "Passed"
PASSED_WHY = "Filed. It is in force from the next recording on: connect again."
FAILED_HEAD = "Not passed"
FAILED_WHY = "Filed as failed: {why}"
REFUSED_HEAD = "No certificate: {name}"
AGAIN = "Once more   Space"
AGAIN_NAME = "Once more"
NEXT = "Next   Space"
NEXT_NAME = "Next"
NO_SERIAL = "The device tells no serial and has no label, so nobody can know again whose certificate this is: it will not be used."

# ---- the certificate ----
CERTIFICATE = "Calibration certificate"
VERDICTS = "Limits"
VERDICT_COLUMNS = ("Verdict", "What", "Value", "Limit", "Unit")
HELD, BROKEN = "✓  held", "✗  broken"
HELD_PLAIN, BROKEN_PLAIN = "held", "broken"
CHECKED = "{title} (check)"
AT_LEAST, AT_MOST = "≥ {bound}", "≤ {bound}"
FACTS = "Certificate"
OF_DEVICE, MADE, HOLDS, BY, TEMPERATURE, NUMBER, METHOD = "Device", "Made", "Holds", "Operator", "Temperature", "Number", "Procedure"
METHOD_TOLD = "{title} ({kind}, version {version})"
UNTIL = "until {date}"
RESULT = "Result"
FIGURES = MappingProxyType({
    "inputs": "What was put in", "parameters": "What was found", "residuals": "What is left over",
    "uncertainty": "Standard uncertainty (k = 1)",
})  # fmt: skip
FIGURE_COLUMNS = ("What", "Values", "Unit")
LIMITS = "Limits, on the captures it was made from"
HOLD_OUT = "Limits, on captures it was not made from"
NO_LIMITS = "It has no limits of this kind."
WHY = "Why it did not pass"
EFFECT_NOTE = (
    "The corrections belong to this device alone and are applied by the program to each recording that carries this certificate. "
    "An expired or failed certificate marks every absolute value of the device with E-CAL; the comparison of both legs on the same "
    "device stays."
)
FIGURE = MappingProxyType({
    "zero": "zero of each cell", "noise": "noise", "cell_noise": "noise of each cell", "u_zero_n": "zero", "gain": "scale",
    "weights": "loads", "u_weight": "uncertainty of the weights", "readings": "readings", "residuals": "residuals", "sd": "scatter",
    "hysteresis": "hysteresis", "parabola": "gain of a parabola", "u_force_share": "force, as a share", "u_force_full_n": "force, at the "
    "greatest load", "matrix": "correction matrix", "corners": "places of the cells", "grid_error_mm": "error on the grid",
    "grid_force_share": "error of force on the grid", "proof_error_mm": "error on the check's places",
    "mv_noise": "noise as a speed of path",
    "cop_sd": "noise of the centre of pressure", "force_sd": "noise of force", "scale": "scale", "errors": "errors",
    "gyro_bias": "zero of the gyro", "gyro_noise": "noise of the gyro", "gyro_scale": "scale of the gyro", "acc_bias": "bias",
    "acc_matrix": "scale and skew", "pose_error": "error of each pose", "check_error": "error of the check's poses", "slip_rad": "slip",
    "floor_rad": "slope of the floor", "base_rad": "tilt of the base", "contact_s": "contact time", "touch_down_s": "touch-down",
    "take_off_s": "take-off", "turned_rad": "turned", "static_error": "|a| off g", "gyro_left": "gyro at rest",
    "u_contact_s": "contact time", "u_hop_s": "contact time of a single hop", "sets": "sets of hops",
    "mv_noise_n": "noise as a speed of path, times the load", "u_mv_noise_share": "noise, as a share", "u_acc_scale": "scale",
})  # fmt: skip
AXES = ("x", "y", "z")
CELL = "cell {number}"
MAIN = MappingProxyType({
    "pad_tare": "Zero of each cell", "pad_span": "Scale", "pad_cop": "Error on the check's places, RMS",
    "pad_noise": "Noise as a speed of path", "force_check": "Scale", "gyro_rest": "Zero of the gyro",
    "acc_poses": "Bias of the accelerometer", "gyro_turns": "Scale of the gyro", "imu_check": "|a| off g, worst",
    "floor_level": "Slope of the floor", "mounting": "Slip of the strap", "mounting_check": "Slip of the strap",
    "hop_timing": "Contact time told too long",
})  # fmt: skip
"""The number of each kind of certificate that is followed."""
NEEDED = "{title}: not entered."
