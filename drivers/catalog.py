"""The catalog of device models: the import and the name of each, found by grep, by type checkers and by freezers."""

from ankletest.device import DeviceModel
from drivers.codecs import (
    dot,
    imported,
    metamotion,
    movesense,
    native_imu,
    native_pad,
    native_text_imu,
    native_text_pad,
    polar_h10,
    polar_verity,
    tindeq,
    wii_board,
    witmotion,
)

MODELS: tuple[DeviceModel, ...] = (
    native_pad.MODEL,
    native_imu.MODEL,
    witmotion.MODEL,
    tindeq.MODEL,
    polar_verity.MODEL,
    polar_h10.MODEL,
    movesense.MODEL,
    dot.MODEL,
    metamotion.MODEL,
    wii_board.MODEL,
    native_text_pad.MODEL,
    native_text_imu.MODEL,
    imported.MODEL,
)
