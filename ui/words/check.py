"""Every text of the check of the sensors; what was found is said by the core."""

from types import MappingProxyType

TITLE = "Sensor check"
SUB = "About fifteen seconds before the first test: is every sensor worth being believed, and on the right leg?"
OPEN = "Check sensors"
OPEN_KEY = "Check sensors   C"
BEGIN = "Begin check"
AGAIN = "Check again"
STOP = "Stop"
SKIP = "Next step   Enter"
SWAP = "Swap sides"
TO_TEST = "To the test"
KEYS = "Space  begin / stop      Enter  next step"
STEPS = "Steps"
STEP_NAME = MappingProxyType({"rest": "Stand still", "on": "On the pad", "left": "Left foot", "down": "Both feet", "right": "Right foot"})
DEVICES = "Sensors"
NOT_CONNECTED = "No device is connected. Choose one on the Devices page (Ctrl+4)."
READY = "Put the sensors on, then press Space."
READY_WHY = "The client is told what to do; each step goes on by itself."
RUNNING = "A test is going on."
NOT_DONE = "Not checked yet"
NOT_CHECKED = "The sensors have not been checked."
NOW = "→  {step}"
LIVE = "{rate}  ·  {percent} % lost  ·  {why}"
DONE = MappingProxyType({
    "good": "All sensors are good.", "warn": "The sensors may be used, with attention.", "bad": "A sensor cannot be used as it is.",
    "off": "Not everything was checked.",
})  # fmt: skip
DONE_WHY = "The reasons are below. A sensor that fails says nothing about the client."
SWAPPED = "Left and right are swapped."
SWAPPED_WHY = "Each sensor moved with the other foot. Swap the sides here, or put the sensors on the other way round."
SWAP_WHY = "The devices are connected again with their sides swapped; then check again."
LAMP_TELLS = "{called}: {state}"
EVENT = "Sensor check: {level}"
EVENT_LEVEL = MappingProxyType({"good": "good", "warn": "attention", "bad": "not usable", "not done": "not everything was done"})
