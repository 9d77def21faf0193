"""The core's store as the window sees it; no logic of its own."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.metrics.published import Sex
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.recording.keyhole import KEYHOLE
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.client_book import ClientBook
from ankletest.store.desk import Client, Desk, StoredTrial
from ankletest.trial import Setup
from ui.desk.following import Following
from ui.desk.keeping import Keeping
from ui.desk.store_port import ClientCard, Unfinished


class DeskStore:
    """A ``StorePort`` over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Client] = {}
        self.keeping = Keeping(desk)
        self.following = Following(desk, self._client)

    @property
    def book(self) -> ClientBook:
        """The list of clients."""
        return self._desk.book

    @property
    def mended(self) -> str:
        """What had to be mended before the store could be opened."""
        return self._desk.mended

    def close(self) -> None:
        """Close the database, and wipe the keys of this window."""
        KEYHOLE.clear()
        self._known.clear()
        self._desk.close()

    def seal_left(self) -> None:
        """Note the checksums of recordings that were sealed while the store was locked, or that a crash left."""
        if self.keeping.read_only:
            return
        for visit, recording in self._desk.unsealed():
            if recording.is_file():
                self.seal_visit(str(visit), recording)

    def clients(self, search: str = "") -> Sequence[ClientCard]:
        """Return clients whose code or name holds the words."""
        found = self._desk.clients(search)
        self._known.update({client.code: client for client in found})
        return [ClientCard.of(client) for client in found]

    def add_client(
        self,
        code: str,
        *,
        name: str = "",
        mass_kg: float | None = None,
        involved: Side | None = None,
        sex: Sex | None = None,
        birth_year: int | None = None,
    ) -> ClientCard:
        """Enter a client; the code must be new."""
        client = self._desk.add_client(code, name=name, mass_kg=mass_kg, involved=involved, sex=sex, birth_year=birth_year)
        self._known[client.code] = client
        return ClientCard.of(client)

    def open_visit(self, client: str, recording: Path) -> str:
        """Enter a visit with the recording it is written to; return its token."""
        return str(self._desk.open_visit(self._client(client), recording))

    def save_trial(self, visit: str, finished: Finished, *, counts: bool = True, why: str = "", mass_typed: bool = True) -> None:
        """Save a trial with all its numbers; one that does not count too, with the reason."""
        self._desk.save_trial(uuid.UUID(visit), finished, counts=counts, why=why, mass_typed=mass_typed)

    def tell_felt(self, visit: str, trial: str, felt: Felt) -> None:
        """Keep how a stored trial felt."""
        self._desk.tell_felt(uuid.UUID(visit), trial, felt)

    def add_stop(self, visit: str, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        self._desk.add_stop(uuid.UUID(visit), stop)

    def keep_round(self, visit: str, one: Round | None) -> None:
        """Keep where the battery of a visit stands; None once it is done or ended."""
        self._desk.keep_round(uuid.UUID(visit), one)

    def open_round(self, client: str) -> Unfinished | None:
        """Return the newest battery of a client that was interrupted."""
        found = self._desk.open_round(self._client(client))
        return Unfinished(str(found.visit), found.opened_at, found.round) if found is not None else None

    def seal_visit(self, visit: str, recording: Path) -> None:
        """Note that the recording is complete, with its checksum."""
        try:
            with recording.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise StoreError(f"The recording cannot be read again: {error.strerror}.", "Look at the data folder.") from error
        self._desk.seal_visit(uuid.UUID(visit), recording, digest)

    def trials(self, client: str) -> Sequence[StoredTrial]:
        """Return a client's trials, newest visit first."""
        return self._desk.trials(self._client(client))

    def last_values(self, client: str, setup: Setup) -> Mapping[str, float]:
        """Return the numbers of the newest trial of that exam and leg under the same conditions, by metric key."""
        return self._desk.last_values(self._client(client), setup)

    def _client(self, code: str) -> Client:
        if code not in self._known:
            self.clients(code)
        try:
            return self._known[code]
        except KeyError:
            raise StoreError(f"There is no client with the code {code}.", "Enter the client first.") from None
