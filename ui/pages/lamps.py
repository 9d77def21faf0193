"""The lamps of a session's devices in a row."""

from collections.abc import Mapping

from PySide6.QtWidgets import QGridLayout, QWidget

from ankletest.session import DeviceStatus
from ui import theme
from ui.widgets.lamp import DeviceLamp

MOST_LONG, MOST_LONG_LARGE = 3, 1
"""With more devices than these a lamp says its place in fewer words; the second in large letters."""
MOST_FULL, MOST_FULL_LARGE = 4, 1
"""With more than these there is no room for rate and battery."""
A_ROW_LARGE = 3


class LampRow(QWidget):
    """One lamp a device, in the order of the session; in large letters they take a second row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._lamps: dict[str, DeviceLamp] = {}

    @property
    def lamps(self) -> Mapping[str, DeviceLamp]:
        """The lamps by device id."""
        return self._lamps

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Show these devices as they are now."""
        if devices.keys() != self._lamps.keys():
            for lamp in self._lamps.values():
                self._grid.removeWidget(lamp)
                lamp.hide()
                lamp.deleteLater()
            long, full = (MOST_LONG_LARGE, MOST_FULL_LARGE) if theme.large() else (MOST_LONG, MOST_FULL)
            self._lamps = {
                key: DeviceLamp(status, self, short=len(devices) > long, bare=len(devices) > full) for key, status in devices.items()
            }
            a_row = A_ROW_LARGE if theme.large() else max(1, len(self._lamps))
            for place, lamp in enumerate(self._lamps.values()):
                self._grid.addWidget(lamp, *divmod(place, a_row))
        for key, status in devices.items():
            self._lamps[key].show_status(status)
