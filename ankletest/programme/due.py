"""Who is to be tested again, and when: the monthly re-assessment; dates only, no clients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ankletest.trial import Setup

EVERY = timedelta(days=28)
"""Re-assessment each month, on the same day of the week (programme.md, "Rhythm")."""
SOON = timedelta(days=7)
REASSESSED = ("lunge", "stance", "hop_and_stick")
"""What a re-assessment is of: dorsiflexion, balance, landing control."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a client is to be seen again; ``last`` is None where nothing of it was tested yet."""

    on: date
    last: date | None

    def late_days(self, today: date) -> int:
        """Return days past the date; negative where it is still to come."""
        return (today - self.on).days


def due(tested: Sequence[tuple[date, Setup]], *, since: date) -> Due:
    """Return when the re-assessment is due: 28 days after all of its parts were last tested.

    Parameters
    ----------
    tested
        Day and set-up of each trial that counts.
    since
        Day of the first visit, for a client of whom a part was never tested.
    """
    newest = {key: max((day for day, setup in tested if setup.exam == key), default=None) for key in REASSESSED}
    known = [day for day in newest.values() if day is not None]
    oldest = min(known) if len(known) == len(REASSESSED) else None
    return Due((oldest or since) + EVERY, oldest)
