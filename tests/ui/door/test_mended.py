"""What the window says of a store that had to be mended."""

from ankletest.store.desk import DATABASE
from ankletest.store.mending import CUT, WAL

LONG_MS = 30_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


def test_a_bad_byte_in_what_a_crash_left_is_told_when_the_store_is_opened(room) -> None:
    room.open_store(PASSPHRASE)
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
    folder = room.furniture.door.folder
    left = {path: path.read_bytes() for path in (folder / DATABASE, folder / f"{DATABASE}{WAL}")}
    room.furniture.visit.store.close()
    for path, content in left.items():
        path.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:] if path.name.endswith(WAL) else content)
    room.furniture.visit.store = None
    room.furniture.clients.unlock.emit(PASSPHRASE)
    room.qtbot.waitUntil(lambda: room.furniture.visit.store is not None, timeout=LONG_MS)

    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
    assert room.shell.news.text() == CUT.format(copy=next(folder.glob("ankletest-before-mending-*.db")).name)
    assert room.furniture.visit.store.mended == room.shell.news.text()
