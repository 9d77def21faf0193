"""Shape of CoP sway in one number (metrics.md SW-08, SW-12, SW-13, SW-21): formulas on plain arrays, of the research tier; no filter.

``x`` is medio-lateral, ``y`` antero-posterior, both (n,) in mm on a uniform grid; the formulas take the mean away themselves.
"""

import math

from ankletest.metrics import sway as s
from ankletest.samples import FloatArray

Z95 = 1.644854
"""One-sided 95 % of a normal distribution."""


def circle_area_mm2(x: FloatArray, y: FloatArray) -> float:
    """Return the 95 % circle area ``π (MDIST + 1.644854 √(RDIST² − MDIST²))²`` (SW-08; Prieto et al. 1996)."""
    mean = s.mean_distance_mm(x, y)
    return math.pi * (mean + Z95 * math.sqrt(max(s.rms_distance_mm(x, y) ** 2 - mean**2, 0.0))) ** 2


def fractal_dimension(samples: int, *, path_mm: float, area_mm2: float) -> float:
    """Return ``ln N / ln(N d / PATH)`` with ``d = √(4 A_PE95 / π)`` (SW-12; Prieto et al. 1996). NaN where sway has no area.

    It depends on N: compare equal rates and lengths only. NaN too where the way is so long for its area that the logarithm is not positive.
    """
    if not (area_mm2 > s.LSB and path_mm > s.LSB):
        return math.nan
    below = math.log(samples * math.sqrt(4.0 * area_mm2 / math.pi) / path_mm)
    return math.log(samples) / below if below > 0.0 else math.nan


def length_per_area(path_mm: float, area_mm2: float) -> float:
    """Return ``PATH / A_PE95``, 1/mm (SW-13). It depends on the length of the window, as the path does. NaN where sway has no area."""
    return path_mm / area_mm2 if area_mm2 > s.LSB else math.nan


def without_noise_mm_s(speed_mm_s: float, noise_mm_s: float) -> float:
    """Return ``√(MVELO² − MV_noise²)`` (SW-21): the speed less what noise alone would show; NaN where noise is all there is."""
    return math.sqrt(speed_mm_s**2 - noise_mm_s**2) if speed_mm_s > noise_mm_s else math.nan
