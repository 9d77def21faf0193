"""The four-cell pad: known weights on a marked grid give its matrix, the same weight on other places proves it (algorithms.md 9.4)."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.samples import FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Effect, Figure, Limit, Stage
from calibration.cop_fit import (
    ROCKING_SHARE,
    CopFit,
    correction_of,
    fit_cop,
    moved,
    read_cop,
    rocking_share,
    slopes_of,
    statics,
    wrong_ratio,
)
from calibration.pad_gates import STILL_HINT, WINDOW_S, empty, force_number, rest_of, unrest_when_loaded
from calibration.procedure import Ask, Capture, Findings, Gate, Look, Order, Procedure, Put, Refusal, Step, Subject

KEY = "pad_cop"
GRID = (-0.8, 0.0, 0.8)
"""The calibration grid, as shares of the half-span: 9 places; the farther out, the more a placement error of 0.5 mm is worth."""
PROOF = ((-0.7, -0.7), (0.0, -0.4), (0.7, -0.7), (0.4, 0.0), (0.2, 0.2), (-0.4, 0.0), (-0.7, 0.7), (0.0, 0.4), (0.7, 0.7))
"""The verification places: 9 others, with the corners at 70 % of the half-span (algorithms.md 9.4)."""
NEAR_MM = 40.0
"""A load farther from where it belongs is on another place: places are 60 mm and more apart on any pad for a foot."""
SWAY_MM = 1.0
"""A load whose two half windows are farther apart is still being put down."""
FAR_SHARE = 0.1
"""The sum of the cells may be so far from the weight: a maker's calibration is nearer, another unit is farther."""
RMS_MM, MOST_MM = 2.0, 3.0
FORCE_SHARE, FORCE_N = 0.005, 2.0
SLOPE = 0.01
"""Acceptance of the verification (algorithms.md 9.4)."""
DAYS = 365.0

ASKS = (
    Ask("weight_kg", "weights, each put on every place of the grid", "kg", 5.0, 100.0, (10.0, 20.0), many=True),
    Ask("u_weight_percent", "standard uncertainty of the weights", "%", 0.0, 5.0, (0.05,)),
    Ask("u_place_mm", "standard uncertainty of placing a weight", "mm", 0.0, 5.0, (0.5,)),
    Ask("gravity_m_s2", "gravity of the place", "m/s²", 9.76, 9.84, (G,)),
)


def plan(order: Order, subject: Subject) -> list[tuple[str, Put]]:
    """Return what is put where, step by step: the grid once for each weight, then the verification with the heaviest.

    Raises
    ------
    Refusal
        The device has no cells whose places are known.
    """
    if subject.corners_mm is None or len(subject.corners_mm) < 3:
        hint = "Only a pad with three or four cells can be calibrated so; one that was just connected may need a second."
        raise Refusal("wrong device", "The pad has not told where its cells are.", hint)
    middle, half = 0.5 * np.ptp(subject.corners_mm, axis=0), subject.corners_mm.min(axis=0)
    centre = half + middle
    weights = sorted(order.number("gravity_m_s2") * kg for kg in order.numbers("weight_kg"))
    made: list[tuple[str, Put]] = []
    grid = [(x if row % 2 == 0 else -x, y) for row, y in enumerate(GRID) for x in GRID]  # a snake: short ways for a heavy weight
    for level, weight in enumerate(weights, start=1):
        made.extend((f"grid {level}.{i}", Put(weight, *_at(centre, middle, place))) for i, place in enumerate(grid, start=1))
    made.extend((f"proof {i}", Put(weights[-1], *_at(centre, middle, place), check=True)) for i, place in enumerate(PROOF, start=1))
    return made


def placed(put: Put, corners_mm: FloatArray) -> Gate:
    """Return the gate of a weight at rest on its place."""
    maker = statics(corners_mm)

    def gate(t_s: FloatArray, values: FloatArray, done: Sequence[Capture]) -> Look:
        cells = values - done[0].mean
        rest = rest_of(t_s, cells.sum(axis=1))
        live = (force_number(rest.mean_n),)
        if rest.mean_n < 0.5 * put.force_n or rest.mean_n > 2.0 * put.force_n:
            words, hint = f"The pad carries {rest.mean_n:.0f} N.", f"Put {put.force_n:.0f} N on ({put.x_mm:.0f}, {put.y_mm:.0f}) mm."
            return Look(name="not the load", why=words, hint=hint, live=live)
        half = len(cells) // 2
        _, cop = read_cop(np.stack((cells[:half].mean(axis=0), cells[half:].mean(axis=0))), maker)
        off = math.hypot(float(cop[1, 0]) - put.x_mm, float(cop[1, 1]) - put.y_mm)
        if off > NEAR_MM:
            words = f"The weight lies on ({cop[1, 0]:.0f}, {cop[1, 1]:.0f}) mm."
            return Look(name="not the place", why=words, hint=f"Put it on ({put.x_mm:.0f}, {put.y_mm:.0f}) mm.", live=live)
        unrest = unrest_when_loaded(rest)
        if unrest is not None:
            return Look(name=unrest.name, why=unrest.why, hint=unrest.hint, done=0.5, live=live)
        if float(np.hypot(*(cop[1] - cop[0]))) > SWAY_MM:
            return Look(name="moving", why="The weight is still moving.", hint=STILL_HINT, done=0.5, live=live)
        return Look(counts=True, done=1.0, live=live)

    return gate


def steps(order: Order, subject: Subject) -> Sequence[Step]:
    """Return the steps: empty, the grid, the verification."""
    made = [Step("empty", "Take everything off the pad and keep away from it.", empty, WINDOW_S, 60.0, Put(0.0))]
    corners = np.zeros((0, 2)) if subject.corners_mm is None else subject.corners_mm
    gravity = order.number("gravity_m_s2")
    for name, put in plan(order, subject):
        words = f"Put {put.force_n / gravity:.6g} kg on {_words(put)}."
        made.append(Step(name, words, placed(put, corners), WINDOW_S, put=put))
    return made


def finish(order: Order, subject: Subject, captures: Sequence[Capture], _streams: Sequence[Stream]) -> Findings:
    """Return the matrix, and what the verification says of it.

    Raises
    ------
    Refusal
        The weights are not those that were typed in, one lay elsewhere, or the pad rocks.
    """
    corners = np.zeros((0, 2)) if subject.corners_mm is None else subject.corners_mm
    puts = plan(order, subject)
    weights = np.array([put.force_n for _, put in puts])
    places = np.array([(put.x_mm, put.y_mm) for _, put in puts])
    cells = np.array([c.mean for c in captures[1:]]) - captures[0].mean
    proof = np.array([name.startswith("proof") for name, _ in puts])
    _demand_weights(order, cells.sum(axis=1), weights)
    rocks = rocking_share(cells[~proof], weights[~proof], places[~proof], corners)
    if rocks > ROCKING_SHARE:
        words = f"The pad rocks: {100.0 * rocks:.0f} % of the load jumps from corner to corner."
        raise Refusal("rocking", words, "Put it on an even floor or turn its feet until it stands on all four, and begin again.")
    fit = fit_cop(cells[~proof], weights[~proof], places[~proof])
    _demand_places(fit.errors_mm, [puts[i] for i in np.flatnonzero(~proof)])
    force, cop = read_cop(cells[proof], fit.matrix)
    errors = cop - places[proof]
    _demand_places(errors, [puts[i] for i in np.flatnonzero(proof)])
    return _findings(order, subject, fit, (force, weights[proof]), (cop, places[proof]), rocks)


def _findings(
    order: Order, subject: Subject, fit: CopFit, force: tuple[FloatArray, FloatArray], cop: tuple[FloatArray, FloatArray], rocks: float
) -> Findings:
    corners = np.zeros((0, 2)) if subject.corners_mm is None else subject.corners_mm
    off = np.hypot(*(cop[0] - cop[1]).T)
    rms = math.sqrt(float(np.mean(off**2)))
    slopes = slopes_of(cop[1], cop[0])
    worst = float(np.max(np.abs(force[0] - force[1]) / np.maximum(FORCE_SHARE * force[1], FORCE_N)))
    u_weight = order.number("u_weight_percent") / 100.0
    u_place = order.number("u_place_mm")
    correction = correction_of(fit.matrix, corners)
    cells = len(corners)
    return Findings(
        inputs=(
            Figure("weight_kg", "kg", order.numbers("weight_kg")),
            Figure("u_weight", "%", (order.number("u_weight_percent"),)),
            Figure("u_place", "mm", (u_place,)),
        ),
        parameters=(Figure("matrix", "", tuple(fit.matrix.ravel().tolist())), Figure("corners", "mm", tuple(corners.ravel().tolist()))),
        residuals=(
            Figure("grid_error_mm", "mm", tuple(np.hypot(*fit.errors_mm.T).tolist())),
            Figure("grid_force_share", "", tuple(fit.force_share.tolist())),
            Figure("proof_error_mm", "mm", tuple(off.tolist())),
            Figure("rocking", "", (rocks,)),
        ),
        uncertainty=(
            Figure("u_force_share", "", (math.hypot(fit.u_gain, u_weight),)),
            Figure("u_cop_share", "", (fit.u_slope,)),
            # What the verification shows holds the error of placing its weights too; it is not taken off, for nobody measured it.
            Figure("u_cop_mm", "mm", (rms / math.sqrt(2.0),)),
        ),
        limits=(
            Limit("grid", "CoP error on the grid, RMS", math.sqrt(float(np.mean(np.sum(fit.errors_mm**2, axis=1)))), RMS_MM, "mm"),
            Limit("rocking", "load that jumps between corners", 100.0 * rocks, 100.0 * ROCKING_SHARE, "%"),
        ),
        hold_out=(
            Limit("rms", "CoP error, RMS", rms, RMS_MM, "mm"),
            Limit("most", "CoP error, greatest", float(off.max()), MOST_MM, "mm"),
            Limit("force", "force error over what is allowed", worst, 1.0, ""),
            Limit("slope", "error of the CoP's scale", float(np.max(np.abs(slopes - 1.0))), SLOPE, ""),
        ),
        effects=(Effect(subject.kind, Stage.GAIN, "pad", tuple(tuple(row) for row in correction.tolist()), (0.0,) * cells),),
    )


def _demand_weights(order: Order, sums_n: FloatArray, weights_n: FloatArray) -> None:
    gravity = order.number("gravity_m_s2")
    wrong = wrong_ratio(sums_n, weights_n)
    if wrong is not None:
        said, seems = (force / gravity for force in wrong)
        words = f"The weight of {said:.6g} kg does not fit the other: by it, it is {seems:.4g} kg."
        raise Refusal("wrong weight", words, "Look what is written on both, and begin again.")
    scale = float(np.mean(sums_n / weights_n))
    if abs(scale - 1.0) > FAR_SHARE:
        words = f"Everything weighs {scale:.3g} times what was typed in."
        raise Refusal("wrong weight", words, "Were the weights typed in in kilograms? If so, do 'pad_span' and look at the cells.")


def _demand_places(errors_mm: FloatArray, puts: Sequence[tuple[str, Put]]) -> None:
    index = moved(errors_mm)
    if index is not None:
        name, put = puts[index]
        off = float(np.hypot(*errors_mm[index]))
        words = f"At '{name}' the weight lay {off:.0f} mm from {_words(put)}."
        raise Refusal("moved weight", words, "Mark the places on the pad, and begin again.")


def _at(centre: FloatArray, half: FloatArray, share: tuple[float, float]) -> tuple[float, float]:
    """Return a place in whole millimetres, as one marks it."""
    return float(np.rint(centre[0] + half[0] * share[0])), float(np.rint(centre[1] + half[1] * share[1]))


def _words(put: Put) -> str:
    across = "the middle" if put.x_mm == 0.0 else f"{abs(put.x_mm):.0f} mm to the {'right' if put.x_mm > 0.0 else 'left'}"
    along = "" if put.y_mm == 0.0 else f", {abs(put.y_mm):.0f} mm {'forward' if put.y_mm > 0.0 else 'back'}"
    return f"the place {across}{along}"


PROCEDURE = Procedure(KEY, "Pad: centre of pressure", 1, (Kind.CELLS,), DAYS, steps, finish, ASKS)
