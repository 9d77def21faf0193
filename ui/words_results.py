"""Every text of the results page's exports, its comparison by exam, and the traces behind numbers."""

from types import MappingProxyType

# ---- exports ----
EXPORT = "Export …"
EXPORT_HINT = "Numbers or samples of the trials shown, in open formats"
NUMBERS_CSV = "Numbers as CSV …"
NUMBERS_PARQUET = "Numbers as Parquet …"
SAMPLES = MappingProxyType({
    "csv": "Samples and numbers as CSV …", "parquet": "Samples and numbers as Parquet …", "c3d": "Force and motion as C3D …",
    "json": "Everything as JSON …",
})  # fmt: skip
PARQUET_FILES = "Parquet (*.parquet)"
FOLDER_TITLE = "Folder for the files"
EXPORTED_FOLDER = "Written: {count} files in {folder}"
REPLACE_TITLE = "Replace files?"
REPLACE_TEXT = "{what} Shall they be replaced?"
