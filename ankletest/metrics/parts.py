"""Which parts of the evidence stances and hops have; other families name theirs in their own files."""

from ankletest.metrics.base import Evidence, Part
from ankletest.metrics.profiles import HOPS, P_ACC, STANCE, event_profile


def _event(evidence: Evidence) -> str:
    return event_profile(evidence.trial, evidence.hops).id


HOLD = Part(STANCE, lambda _: True, _event)
"""Any stance."""
COP = Part(STANCE, lambda evidence: evidence.cop is not None, lambda evidence: evidence.profile.id)
"""A stance on a pad with a CoP."""
MOTION = Part(STANCE, lambda evidence: evidence.motion is not None, lambda _: P_ACC.id)
"""A stance with an IMU."""
CONTACTS = Part(HOPS, lambda evidence: evidence.hops is not None, _event)
"""Contacts and flights, whatever device saw them."""
CONTACT_FORCE = Part(HOPS, lambda evidence: evidence.hops is not None and evidence.hops.pad is not None, _event)
"""Contacts on a pad."""
