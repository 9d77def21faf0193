"""What the link thread runs: a source of notifications; air, replay and simulator each are one."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from ankletest.device import Notice, Notification

Put = Callable[[Notification], None]
Tell = Callable[[Notice], None]


class Source(Protocol):
    """Yields notifications of one or more devices until it is told to stop.

    ``run`` is awaited on the link thread's loop. It calls ``put`` for every notification (recorded, then queued, before anything is
    decoded), ``tell`` for sentences to the operator, and returns soon after ``stop`` is set, having said goodbye to its devices.
    Link changes are notifications too: characteristic ``device.LINK``, payload ``{"state": …, "why": …}``.
    """

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        """Run until stopped."""
        ...

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        """Be told of an operator event (only a simulated person reacts); called on the link thread."""
        ...
