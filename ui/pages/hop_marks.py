"""Hops on screen out of contact and flight events; which of them count for numbers, metrics decide at the end."""

import math

from ankletest.trial import Event, Happening
from ui.widgets.timeline import HopMark

EDGE_S = 0.03
"""A flight belongs to the contact that ends this close to its start."""


class HopEvents:
    """Contacts and flights of a run, of the device that was first to tell any."""

    def __init__(self) -> None:
        self._device: str | None = None
        self._contacts: dict[float, Event] = {}
        self._flights: dict[float, Event] = {}

    def clear(self) -> None:
        """Forget them."""
        self._device = None
        self._contacts.clear()
        self._flights.clear()

    def take(self, event: Event) -> bool:
        """Take an event; return whether it changed anything. A later event with the same start replaces the earlier."""
        if event.what not in (Happening.CONTACT, Happening.FLIGHT):
            return False
        if self._device is None:
            self._device = event.device
        if event.device != self._device:
            return False
        (self._contacts if event.what is Happening.CONTACT else self._flights)[event.t_s] = event
        return True

    def marks(self) -> list[HopMark]:
        """Return the contacts between flights that are over, each with its flight if that is over too."""
        flights = sorted(self._flights.values(), key=_start)
        landings = [f.end_s for f in flights if math.isfinite(f.end_s)]
        found: list[HopMark] = []
        for contact in sorted(self._contacts.values(), key=_start):
            # The standing contact before the entry jump follows no flight and is no hop.
            if not math.isfinite(contact.end_s) or all(abs(t - contact.t_s) > EDGE_S for t in landings):
                continue
            flight = next((f for f in flights if abs(f.t_s - contact.end_s) <= EDGE_S), None)
            landed = flight.end_s if flight is not None else math.nan
            valid = contact.valid and (flight is None or flight.valid)
            why = contact.note or (flight.note if flight is not None else "")
            found.append(HopMark(contact.t_s, contact.end_s, landed, valid, "" if valid else why))
        return found


def _start(event: Event) -> float:
    return event.t_s
