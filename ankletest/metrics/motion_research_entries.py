"""The entries of the research tier of IMU sway in the catalog (metrics.md IM-04 to IM-06, IM-08, IM-09); no formulas."""

from collections.abc import Callable

from ankletest.metrics import motion_research as r
from ankletest.metrics import spectrum
from ankletest.metrics.base import Better, Evidence, Metric
from ankletest.metrics.kept import Kept, picked
from ankletest.metrics.motion import STILL, motion_metric
from ankletest.metrics.motion_noise import shaken_motion
from ankletest.metrics.parts import MOTION
from ankletest.metrics.spectrum import Axes, AxisSpectrum, Moments
from ankletest.metrics.sway_structure import SPECTRUM_S
from ankletest.metrics.traces import AXES_UNKNOWN

BAND_HZ = (0.15, 10.0)
"""IM-05."""
DRIFTS = "drift: made of an integrated acceleration; compare runs of one sensor and one length only"


def spectra(evidence: Evidence) -> Kept[Axes]:
    """Return IM-05's spectra."""
    trace = evidence.motion
    if trace is None or trace.blocked:
        return Kept(None, trace.reasons if trace is not None else ("no IMU",))
    if AXES_UNKNOWN in trace.reasons:
        return Kept(None, (AXES_UNKNOWN, *(reason for reason in trace.reasons if reason != AXES_UNKNOWN)))
    seconds = len(trace.t_s) / trace.rate_hz
    if seconds < SPECTRUM_S - 1.5 / trace.rate_hz:
        return Kept(None, (f"E-SHORT: {seconds:.1f} s analysed, {SPECTRUM_S:.0f} s needed for this number", *trace.reasons))
    found, *again = (
        spectrum.axes_of(one.ml_m_s2, one.ap_m_s2, rate_hz=one.rate_hz, band_hz=BAND_HZ) for one in (trace, *evidence.made(shaken_motion))
    )
    return Kept(found, trace.reasons, len(trace.t_s), again=tuple(again))


_MANCINI = "Mancini et al. 2012 (JNER 9:59)"
_P, _LOW, _NONE = MOTION, Better.LOW, Better.NONE
_ML, _AP = "ML", "AP"


def _spectra(axis: str, mark: str, of: Callable[[Axes], AxisSpectrum]) -> tuple[Metric, ...]:
    def metric(key: str, title: str, symbol: str, unit: str, formula: str, number: Callable[[Moments], float]) -> Metric:
        measure = picked(spectra, lambda axes: number(of(axes).moments), absent=STILL)
        return Metric(
            "IM-05", f"acc_{key}_{mark.lower()}", f"{title} of acceleration, {axis}", f"{symbol}_a,{mark}", unit, _NONE, 3, 2, _MANCINI, _P,
            measure, formula=formula,
        )  # fmt: skip

    band = "μk = ∫ fᵏ G df over 0.15–10 Hz; Welch: linear detrend, Hann 10 s, half overlapping"
    return (
        metric("f50", "median frequency", "F50", "Hz", f"∫ G up to it = 0.50 μ0, {band}", lambda m: m.f50_hz),
        metric("f95", "95 % power frequency", "F95", "Hz", "∫ G up to it = 0.95 μ0", lambda m: m.f95_hz),
        metric("centroid_frequency", "centroid frequency", "CFREQ", "Hz", "√(μ2 / μ0)", lambda m: m.centroid_hz),
        metric("frequency_dispersion", "frequency dispersion", "FREQD", "", "√(1 − μ1² / (μ0 μ2))", lambda m: m.dispersion),
    )


# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("IM-04", "acc_ellipse_area", "95 % ellipse area of acceleration", "A_PE95,a", "m²/s⁴", _LOW, 3, 2, _MANCINI, _P,
           motion_metric(lambda m: r.ellipse_area_m2_s4(m.ml_m_s2, m.ap_m_s2), axis=False), formula="A_PE95 of (a_ML, a_AP)"),
    *_spectra(_ML, "ML", lambda axes: axes.ml),
    *_spectra(_AP, "AP", lambda axes: axes.ap),
    Metric("IM-06", "sway_speed", "mean speed of integrated acceleration", "MV_int", "m/s", _LOW, 3, 2, _MANCINI, _P,
           motion_metric(lambda m: r.sway_speed_m_s(m.ml_m_s2, m.ap_m_s2, m.rate_hz), axis=False, warn=DRIFTS),
           formula="mean |v|, v = ∫ a dt less what is slower than 0.1 Hz, zero-phase"),
    Metric("IM-08", "sway_angle_rms_ml", "sway angle RMS, ML", "θ_RMS,ML", "°", _LOW, 2, 2, "metrics.md IM-08; VQF", _P,
           motion_metric(lambda m: r.angle_rms_deg(m.tilt_rad[:, 0]), axis=True), formula="RMS of the lean to the side about its mean"),
    Metric("IM-08", "sway_angle_rms_ap", "sway angle RMS, AP", "θ_RMS,AP", "°", _LOW, 2, 2, "metrics.md IM-08; VQF", _P,
           motion_metric(lambda m: r.angle_rms_deg(m.tilt_rad[:, 1]), axis=True), formula="RMS of the lean forward about its mean"),
    Metric("IM-08", "sway_angle_range_ml", "sway angle range, ML", "θ_range,ML", "°", _LOW, 1, 2, "metrics.md IM-08; VQF", _P,
           motion_metric(lambda m: r.angle_range_deg(m.tilt_rad[:, 0]), axis=True), formula="max − min of the lean to the side"),
    Metric("IM-08", "sway_angle_range_ap", "sway angle range, AP", "θ_range,AP", "°", _LOW, 1, 2, "metrics.md IM-08; VQF", _P,
           motion_metric(lambda m: r.angle_range_deg(m.tilt_rad[:, 1]), axis=True), formula="max − min of the lean forward"),
    Metric("IM-09", "correction_time", "time in correction", "%corr", "%", _LOW, 1, 1, "metrics.md IM-09", _P,
           motion_metric(lambda m: r.correction_percent(m.gyro_rad_s, m.rate_hz), axis=False, zero=True),
           formula="share of time with |ω| > μ + 3 · 1.4826 MAD of the quietest 5 s"),
)
# fmt: on
