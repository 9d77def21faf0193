"""A device's state as a chip: which device, how fast, how full; the reasons stand in its tooltip."""

import math

from PySide6.QtWidgets import QWidget

from ankletest.device import LinkState
from ankletest.session import DeviceStatus
from ui.tongue import say
from ui.widgets.chip import Chip
from ui.words import common as words


class DeviceLamp(Chip):
    """How a device is doing; a ``bare`` one leaves out what is no trouble: rate and battery are on the page of devices."""

    def __init__(self, status: DeviceStatus, parent: QWidget | None = None, *, short: bool = False, bare: bool = False) -> None:
        super().__init__("", "off", parent)
        self._short, self._bare = short, bare
        self.show_status(status)

    def show_status(self, status: DeviceStatus) -> None:
        """Show a state; the lamp's colour is the session's verdict, not this widget's."""
        self.set("  ".join(part for part in (_place(status, short=self._short), *_facts(status, bare=self._bare)) if part), status.lamp)
        tip = ", ".join((say(status.words), *_times(status)))
        if tip != self.toolTip():
            self.setToolTip(tip)
        told = ", ".join(part for part in (words.STATE.get(status.lamp, ""), tip) if part)
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)


def _place(status: DeviceStatus, *, short: bool) -> str:
    site = words.SITE[status.site]
    if status.site == "pad":
        return site
    place = words.place_of(words.SIDE[status.side] if status.side else "", site)
    return words.capital(place) if short else words.SENSOR_AT.format(place=place)


def _times(status: DeviceStatus) -> list[str]:
    """Return what is to be known of a device's times."""
    told = [words.TIMING_ESTIMATED] if status.timing == "estimated" else []
    aligned = status.aligned
    if aligned is not None and aligned.told:
        error = words.number(1e3 * status.aligned_error_s, 1)
        told.append(words.ALIGNED_DOUBT if aligned.lost_since else words.ALIGNED.format(error=error))
    return told


def _facts(status: DeviceStatus, *, bare: bool) -> list[str]:
    if status.state is not LinkState.STREAMING:
        return [words.LINK[status.state]]
    rate = [words.with_unit(status.rate_hz, 0, words.HZ)] if math.isfinite(status.rate_hz) else []
    loss = [words.LOST.format(percent=words.number(status.loss_percent, 1))] if status.loss_percent >= words.LOSS_SHOWN_PERCENT else []
    battery = [words.percent(status.battery_percent)] if status.battery_percent is not None else []
    return loss if bare else rate + loss + battery
