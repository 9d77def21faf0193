"""The targets of the client who is tested, as the numbers of their trials tell them; setting targets is the Follow-up page's."""

from ankletest.errors import AnkletestError
from ankletest.exams.conditions import conditions_of
from ankletest.metrics.base import Metric
from ankletest.store.follow_up import KeptTarget
from ankletest.trial import Setup
from ui.report.parts import TargetOf
from ui.visit import Visit
from ui.words import common as words


def targets_of(visit: Visit) -> TargetOf:
    """Return what tells the newest target of a leg's number under the same conditions and of the same version, as they are set now.

    The store is asked once for all numbers; ask anew for what is shown anew, as targets may be set at any time.
    """
    kept = _kept(visit)

    def told(setup: Setup, metric: Metric) -> str:
        mine = [one for one in kept if one.target.metric == metric.key and one.version == metric.version and one.setup.side is setup.side]
        wanted = conditions_of(setup) if mine else None
        found = [one.target.value for one in mine if conditions_of(one.setup) == wanted]
        return words.number(found[-1], metric.decimals) if found else ""

    return told


def _kept(visit: Visit) -> list[KeptTarget]:
    store, client = visit.store, visit.client
    if store is None or client is None:
        return []
    try:
        return store.following.targets(client.code)
    except AnkletestError:  # a store that is locked or gone tells no target; whoever works on it says why
        return []
