"""Why a client may not be recorded, as an error that names the day; whether consent is needed is not decided here."""

from ankletest.errors import StoreError
from ui.desk.store_port import ClientCard
from ui.words import clients as words_clients


def barred(client: ClientCard) -> StoreError:
    """Return what to tell of a client who refused or withdrew consent."""
    last = client.barred
    said, day = (last.said.value, last.on) if last is not None else ("refused", None)
    sentence = words_clients.BARRED[said].format(code=client.code, day=day.isoformat() if day else words_clients.NO_DAY)
    return StoreError(sentence, words_clients.BARRED_HINT)
