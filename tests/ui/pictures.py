"""Writes pictures of the window small enough for a guide: 256 colours, the commonest of each picture."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

MOST_BYTES = 120_000
COLOURS = 256
PAGE_DPI = 80
"""Of a page of paper in a guide: its large letters can be read."""
COARSE_BITS = 3
"""Colours that differ in less are one when the commonest are looked for."""


def keep(widget: QWidget, path: Path) -> None:
    """Write what a widget looks like."""
    keep_image(widget.grab().toImage(), path)


def keep_page(pdf: Path, page: int, path: Path) -> None:
    """Write what a page of a PDF looks like, where the program that draws it is there (poppler)."""
    painter = shutil.which("pdftoppm")
    if painter is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "page"
        wanted = ["-png", "-r", str(PAGE_DPI), "-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run([painter, *wanted, str(pdf), str(start)], check=True, timeout=60)
        keep_image(QImage(str(start.with_suffix(".png"))), path)


def keep_image(image: QImage, path: Path) -> None:
    """Write an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    wide, high = image.width(), image.height()
    raw = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(high, image.bytesPerLine() // 4, 4)[:, :wide, :3]
    seen, which = np.unique(np.ascontiguousarray(raw).reshape(-1, 3), axis=0, return_inverse=True)
    counts = np.bincount(which.reshape(-1))
    palette = _palette(seen, counts)
    nearest = np.array([int(((palette - colour) ** 2).sum(axis=1).argmin()) for colour in seen.astype(np.int32)], dtype=np.uint8)
    rows = nearest[which.reshape(-1)].reshape(high, wide)
    padded = np.zeros((high, -(-wide // 4) * 4), dtype=np.uint8)
    padded[:, :wide] = rows
    small = QImage(padded.tobytes(), wide, high, padded.shape[1], QImage.Format.Format_Indexed8)
    small.setColorTable([QColor(int(r), int(g), int(b)).rgb() for b, g, r in palette])
    path.parent.mkdir(parents=True, exist_ok=True)
    assert small.save(str(path), "PNG", 0), path


def _palette(seen: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the commonest colours as (k, 3), one of each coarse cell first, so that a rare colour of its own is not lost."""
    cells = (seen >> COARSE_BITS).astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32)
    order = np.argsort(-counts, kind="stable")
    _, firsts = np.unique(cells[order], return_index=True)
    chosen = order[np.sort(firsts)][:COLOURS]
    return seen[chosen].astype(np.int32)
