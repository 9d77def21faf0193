"""The list of clients as one CSV table, which ``clients_in`` reads again; it has names in it and is not encrypted."""

from collections.abc import Iterable
from pathlib import Path

from ankletest.errors import ExchangeError
from ankletest.exchange.clients_in import MEASURES
from ankletest.exchange.csv_out import write_table
from ankletest.store.people import Details, Purpose

COLUMNS = (
    "code", "name", "birth_date", "sex", "height_m", "mass_kg", "involved", "injury", "injured_on", "dominant", "tested", "note",
    *(f"consent_{purpose.value}{tail}" for purpose in Purpose for tail in ("", "_on")), *MEASURES,
)  # fmt: skip


def export_clients(path: Path, clients: Iterable[Details]) -> Path:
    """Write the list into a new file and return it.

    Raises
    ------
    ExchangeError
        There is a file of that name, or it cannot be written.
    """
    if path.exists():
        raise ExchangeError(f"{path.name} is there already.", "Choose another name for the list.")
    try:
        return write_table(path, COLUMNS, [_row(client) for client in clients])
    except OSError as error:
        raise ExchangeError(f"{path} cannot be written: {error.strerror}.", "Choose another folder, or free some space.") from error


def _row(client: Details) -> list[object]:
    row: list[object] = [client.code, client.name, client.birth_date or client.birth_year]
    row += [client.sex.value if client.sex else None, client.height_m, client.mass_kg]
    row += [client.involved.value if client.involved else None, client.injury, client.injured_on]
    row += [side.value if side else None for side in (client.dominant, client.tested)]
    row.append(client.note)
    for purpose in Purpose:
        last = client.consent(purpose)
        row += [last.said.value if last else None, last.on if last else None]
    return row + [client.measures.get(key) for key in MEASURES]
