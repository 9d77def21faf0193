"""Codecs alone: whole notifications a second, and a million damaged ones each; none may raise anything or leave memory behind."""

import random
import statistics
import sys
import time
import warnings
from binascii import crc_hqx
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from ankletest.device import Codec
from drivers.catalog import MODELS
from drivers.codecs import atp, imported

sys.path.append(str(Path(__file__).parent.parent / "tests" / "machines"))
from streams import STREAMS

BATCH = 256
"""Notifications a call: what a device has in one of a replay's, which hands out 1024 of all devices together."""
WHOLE = 16 * BATCH
ROUNDS = 9
MUTATED = 1_000_000
FRESH_EVERY = 64
"""Calls after which a codec is made anew: a damaged frame may have told it something that shuts out all that follow."""
OTHER_EVERY = 16
"""One call of so many goes to a characteristic that carries no samples."""
SETTLED = MUTATED // 5
"""Memory is compared from here on."""
GOAL = 200_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a device says: values of the handshake, and notifications with samples; ``seal`` makes a damaged frame's checksum right."""

    name: str
    make: Callable[[], Codec]
    first: Sequence[tuple[str, bytes]]
    characteristic: str
    whole: Sequence[bytes]
    seal: Callable[[bytes], bytes] | None

    def ready(self) -> Codec:
        """Return a codec that has heard the handshake."""
        codec = self.make()
        for characteristic, payload in self.first:
            codec.feed(characteristic, [payload])
        return codec


def spoken() -> list[Spoken]:
    """Return what a device of every model sends, as the tests of all models have it."""
    found: list[Spoken] = []
    for model in MODELS:
        sent = STREAMS[model.key](model, model.kinds[0], WHOLE, before_wrap=0)
        seal = sent.seal if sent.characteristic == atp.DATA else None
        found.append(Spoken(model.key, model.codec, sent.greeting, sent.characteristic, sent.payloads[:WHOLE], seal))
    return found


def calls(payloads: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return notifications as they are fed."""
    return [payloads[at : at + BATCH] for at in range(0, len(payloads), BATCH)]


def whole_rate(device: Spoken) -> tuple[float, float, int]:
    """Return whole notifications a second, the same for a bare checksum in a loop, and samples a notification."""
    fed, took, bare = calls(device.whole), [], []
    samples = 0
    for _ in range(ROUNDS):
        codec = device.ready()
        began = time.process_time()
        decoded = [codec.feed(device.characteristic, part) for part in fed]
        took.append(time.process_time() - began)
        samples = sum(len(reading.ticks) for each in decoded for reading in each.readings)
        began = time.process_time()
        for payload in device.whole:
            crc_hqx(payload, 0xFFFF)
        bare.append(time.process_time() - began)
    return len(device.whole) / statistics.median(took), len(device.whole) / statistics.median(bare), samples // len(device.whole)


def verdict(device: Spoken, rate: float) -> str:
    """Return whether the goal is met; what comes from a file has none, and a notification of it holds many times as many samples."""
    if device.name == imported.KEY:
        return "a file, no goal"
    return "met" if rate >= GOAL else "missed"


def damaged(chance: random.Random, payload: bytes, repair: Callable[[bytes], bytes] | None) -> bytes:
    """Return a notification with bytes changed, cut, put in or doubled; half of the sealed ones get a checksum that is right."""
    out = bytearray(payload)
    for _ in range(chance.randrange(1, 4)):
        out[chance.randrange(min(len(out), 20) if chance.random() < 0.5 else len(out))] = chance.randrange(256)
    way = chance.randrange(8)
    if way == 0:
        del out[chance.randrange(len(out)) :]
    elif way == 1:
        out.insert(chance.randrange(len(out)), chance.randrange(256))
    elif way == 2:
        out += payload[: chance.randrange(len(payload))]
    whole = bytes(out)
    return repair(whole) if repair is not None and chance.random() < 0.5 else whole


def survive(device: Spoken) -> str:
    """Feed a million damaged notifications; return the line of the table."""
    chance = random.Random(1)
    others = [*device.first, ("nothing that is known", b"\x00" * 20)]
    resident = psutil.Process().memory_info
    codec = device.ready()
    spent, rejected, samples, settled = 0.0, 0, 0, 0
    for call in range(MUTATED // BATCH):
        if call % FRESH_EVERY == 0:
            codec = device.ready()
        if call == SETTLED // BATCH:
            settled = resident().rss
        characteristic, seeds = device.characteristic, device.whole
        if call % OTHER_EVERY == OTHER_EVERY - 1:
            characteristic, payload = others[chance.randrange(len(others))]
            seeds = (payload,)
        wild = [damaged(chance, seeds[chance.randrange(len(seeds))], device.seal) for _ in range(BATCH)]
        began = time.process_time()
        decoded = codec.feed(characteristic, wild)
        spent += time.process_time() - began
        rejected += len(decoded.rejected)
        samples += sum(len(reading.ticks) for reading in decoded.readings)
    grown = (resident().rss - settled) / 1e6
    return f"{device.name:24}{MUTATED:11,}{MUTATED / spent:13,.0f}{100 * rejected / MUTATED:15.1f}{samples / MUTATED:14.1f}{grown:9.1f}"


def main() -> None:
    """Print the tables."""
    devices = spoken()
    print(f"{WHOLE} whole notifications, {BATCH} a call, CPU time, median of {ROUNDS}; baseline: a CRC-16 of each, in a loop")
    goal = f"  goal {GOAL:,}"
    print(f"{'':24}{'samples each':>13}{'a second':>13}{'x baseline':>12}{goal}")
    for device in devices:
        rate, bare, samples = whole_rate(device)
        print(f"{device.name:24}{samples:13}{rate:13,.0f}{rate / bare:12.2f}  {verdict(device, rate)}", flush=True)
    print(f"\ndamaged notifications, {BATCH} a call; an exception or a warning of numpy would end this")
    print(f"{'':24}{'fed':>11}{'a second':>13}{'rejections, %':>15}{'samples each':>14}{'grown, MB':>10}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for device in devices:
            print(survive(device), flush=True)


if __name__ == "__main__":
    main()
