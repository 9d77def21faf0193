"""Handshakes over a scripted wire: what is said, in which order, and what becomes of answers and errors."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from ankletest.device import Expect, Handshake, Read, Subscribe, Wait, Write
from ankletest.errors import DeviceError, LinkLost
from drivers.handshake import INBOX_SIZE, Inbox, walk

Answer = bytes | DeviceError


class ScriptedWire:
    """Writes down what it is asked, and answers from a table; takes no time."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._answers = answers or {}

    async def write(self, characteristic: str, payload: bytes, *, response: bool) -> None:
        self._note("write", characteristic, payload, response)

    async def read(self, characteristic: str) -> bytes:
        return self._note("read", characteristic)

    async def subscribe(self, characteristic: str) -> None:
        self._note("subscribe", characteristic)

    async def expect(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        return self._note("expect", characteristic, prefix, timeout_s)

    async def wait(self, seconds: float) -> None:
        self._note("wait", "", seconds)

    def _note(self, what: str, characteristic: str, *rest: object) -> bytes:
        self.asked.append((what, characteristic, *rest))
        answer = self._answers.get(f"{what} {characteristic}", b"")
        if isinstance(answer, DeviceError):
            raise answer
        return answer


def walked(handshake: Handshake, wire: ScriptedWire) -> list[tuple[str, bytes]]:
    heard: list[tuple[str, bytes]] = []
    asyncio.run(walk(handshake, wire, lambda characteristic, value: heard.append((characteristic, value))))
    return heard


def test_the_steps_are_said_in_order_with_their_details() -> None:
    def handshake() -> Handshake:
        yield Subscribe("control")
        yield Write("control", b"\x01", response=False)
        yield Wait(0.1)
        yield Write("control", b"\x02")
        yield Expect("control", b"\x82", timeout_s=0.5)

    wire = ScriptedWire()
    walked(handshake(), wire)

    assert wire.asked == [
        ("subscribe", "control"),
        ("write", "control", b"\x01", False),
        ("wait", "", 0.1),
        ("write", "control", b"\x02", True),
        ("expect", "control", b"\x82", 0.5),
    ]


def test_values_are_sent_into_the_handshake_and_only_read_ones_are_heard() -> None:
    learned: list[bytes | None] = []

    def handshake() -> Handshake:
        learned.append((yield Read("info")))
        learned.append((yield Write("control", b"\x01")))
        learned.append((yield Expect("control", b"\x81")))

    wire = ScriptedWire({"read info": b"abc", "expect control": b"\x81\x00"})
    heard = walked(handshake(), wire)

    assert learned == [b"abc", None, b"\x81\x00"]
    assert heard == [("info", b"abc")]  # what was expected came as a notification, which the wire has recorded


def test_a_value_is_heard_before_the_handshake_goes_on() -> None:
    order: list[str] = []

    def handshake() -> Handshake:
        yield Read("info")
        order.append("handshake")

    asyncio.run(walk(handshake(), ScriptedWire(), lambda *_: order.append("heard")))

    assert order == ["heard", "handshake"]


def test_a_handshake_may_catch_a_step_that_failed_and_go_on() -> None:
    def handshake() -> Handshake:
        try:
            yield Read("serial")
        except DeviceError:
            yield Read("name")

    wire = ScriptedWire({"read serial": DeviceError("no serial"), "read name": b"x"})
    heard = walked(handshake(), wire)

    assert heard == [("name", b"x")]


def test_a_handshake_may_end_after_a_step_that_failed() -> None:
    def handshake() -> Handshake:
        try:
            yield Expect("control", b"\x82")
        except DeviceError:
            return

    walked(handshake(), ScriptedWire({"expect control": DeviceError("no answer")}))


def test_a_step_that_failed_and_is_not_caught_ends_the_handshake() -> None:
    closed: list[bool] = []

    def handshake() -> Handshake:
        try:
            yield Read("info")
            yield Read("never")
        finally:
            closed.append(True)

    wire = ScriptedWire({"read info": DeviceError("no info")})

    with pytest.raises(DeviceError, match="no info"):
        walked(handshake(), wire)
    assert closed == [True]
    assert wire.asked == [("read", "info")]


def test_a_lost_link_is_not_the_handshake_s_to_catch() -> None:
    asked: list[str] = []

    def handshake() -> Handshake:
        try:
            yield Read("info")
        except DeviceError:
            asked.append("caught")
            yield Read("info")

    with pytest.raises(LinkLost):
        walked(handshake(), ScriptedWire({"read info": LinkLost("gone")}))
    assert asked == []


def test_an_empty_handshake_is_walked() -> None:
    def handshake() -> Handshake:
        return
        yield Wait(0.0)

    wire = ScriptedWire()
    walked(handshake(), wire)

    assert wire.asked == []


# ---- the inbox of a wire ------------------------------------------------------------------------------------------------------


def with_inbox(work: Callable[[Inbox], Coroutine[None, None, bytes]]) -> bytes:
    async def run() -> bytes:
        return await work(Inbox())

    return asyncio.run(run())


def test_an_answer_that_came_before_it_was_expected_is_found() -> None:
    async def work(inbox: Inbox) -> bytes:
        inbox.hear("data", b"\x81 sample")
        inbox.hear("control", b"\x81 answer")
        return await inbox.take("control", b"\x81", 0.0)

    assert with_inbox(work) == b"\x81 answer"


def test_an_answer_that_comes_while_it_is_expected_is_found() -> None:
    async def work(inbox: Inbox) -> bytes:
        for payload in (b"\x01", b"\x81"):
            asyncio.get_running_loop().call_soon(inbox.hear, "control", payload)
        return await inbox.take("control", b"\x81", 5.0)

    assert with_inbox(work) == b"\x81"


def test_answers_may_come_in_another_order_and_each_is_taken_once() -> None:
    async def work(inbox: Inbox) -> bytes:
        for payload in (b"\x81a", b"\x82b", b"\x81c"):
            inbox.hear("control", payload)
        taken = [await inbox.take("control", prefix, 0.0) for prefix in (b"\x82", b"\x81", b"\x81")]
        return b" ".join(taken)

    assert with_inbox(work) == b"\x82b \x81a \x81c"


def test_two_answers_in_one_moment_are_both_kept() -> None:
    async def work(inbox: Inbox) -> bytes:
        asyncio.get_running_loop().call_soon(inbox.hear, "control", b"\x81a")
        asyncio.get_running_loop().call_soon(inbox.hear, "control", b"\x81b")
        return await inbox.take("control", b"\x81", 5.0) + await inbox.take("control", b"\x81", 5.0)

    assert with_inbox(work) == b"\x81a\x81b"


def test_no_answer_is_a_time_out() -> None:
    async def work(inbox: Inbox) -> bytes:
        inbox.hear("control", b"\x82")
        return await inbox.take("control", b"\x81", 0.001)

    with pytest.raises(TimeoutError):
        with_inbox(work)


def test_a_stream_at_full_rate_does_not_fill_the_inbox_without_end() -> None:
    async def work(inbox: Inbox) -> bytes:
        inbox.hear("control", b"\x81")
        for _ in range(INBOX_SIZE):
            inbox.hear("data", b"sample")
        return await inbox.take("control", b"\x81", 0.001)

    with pytest.raises(TimeoutError):
        with_inbox(work)
