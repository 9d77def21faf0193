"""Tables as Parquet through pyarrow, which is an optional extra; what is not known is null, and the schema tells where a table is from."""

import importlib
import json
from collections.abc import Iterable, Sequence
from types import ModuleType

import numpy as np

from ankletest.errors import ExchangeError
from ankletest.exchange.json_out import plain
from ankletest.exchange.open_tables import Cells, OpenColumn, OpenTable
from ankletest.exchange.written import Batch

ABOUT = b"ankletest"
"""Key of the schema's metadata under which JSON tells program, recording, and for samples the device, its rate, losses and calibration."""


def able() -> bool:
    """Tell whether Parquet can be written here."""
    try:
        _arrow()
    except ExchangeError:
        return False
    return True


def put_parquet(batch: Batch, tables: Iterable[OpenTable]) -> None:
    """Write tables into a batch, ``<name>.parquet`` each.

    Raises
    ------
    ExchangeError
        When pyarrow is not installed.
    """
    arrow, parquet = _arrow()
    for table in tables:
        arrays = [_array(arrow, column) for column in table.columns]
        about = json.dumps(plain(table.about), ensure_ascii=False, allow_nan=False).encode()
        made = arrow.table(arrays, names=[column.name for column in table.columns]).replace_schema_metadata({ABOUT: about})
        parquet.write_table(made, batch.make(f"{table.name}.parquet"), compression="zstd")


def _arrow() -> tuple[ModuleType, ModuleType]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise ExchangeError(
            "Parquet cannot be written: pyarrow is not installed.", "Install it with 'pip install ankletest[parquet]', or choose CSV."
        ) from error


def _array(arrow: ModuleType, column: OpenColumn) -> object:
    kinds = {Cells.TEXT: arrow.string(), Cells.NUMBER: arrow.float64(), Cells.WHOLE: arrow.int64(), Cells.TRUTH: arrow.bool_()}
    values = column.values
    if isinstance(values, np.ndarray):
        return arrow.array(values, type=kinds[column.cells], mask=np.isnan(values) if column.cells is Cells.NUMBER else None)
    return arrow.array(_nulled(values), type=kinds[column.cells])


def _nulled(values: Sequence[object]) -> list[object]:
    return [None if isinstance(value, float) and np.isnan(value) else value for value in values]
