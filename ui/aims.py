"""The targets of the client who is tested, as the numbers of their trials tell them; setting targets is the Follow-up page's."""

from ankletest.errors import AnkletestError
from ankletest.exams.conditions import conditions_of
from ankletest.metrics.base import Metric
from ankletest.store.follow_up import KeptTarget
from ankletest.trial import Setup
from ui import words
from ui.visit import Visit


class Aims:
    """Looks targets up; asked anew each time, as they may be set at any time."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def told(self, setup: Setup, metric: Metric) -> str:
        """Return the newest target of a leg's number under the same conditions and of the same version; empty without one."""
        wanted = conditions_of(setup)
        found = [
            one.target.value
            for one in self._kept()
            if one.target.metric == metric.key and one.version == metric.version and one.setup.side is setup.side
            and conditions_of(one.setup) == wanted
        ]  # fmt: skip
        return words.number(found[-1], metric.decimals) if found else ""

    def _kept(self) -> list[KeptTarget]:
        store, client = self._visit.store, self._visit.client
        if store is None or client is None:
            return []
        try:
            return store.following.targets(client.code)
        except AnkletestError:  # a store that is locked or gone tells no target; whoever works on it says why
            return []
