"""Every calibration procedure; one line a procedure."""

from calibration import (
    force_check,
    imu_hops,
    imu_level,
    imu_mounting,
    imu_poses,
    imu_rest,
    imu_turns,
    pad_cop,
    pad_noise,
    pad_span,
    pad_tare,
)
from calibration.procedure import Procedure, Refusal

PROCEDURES: tuple[Procedure, ...] = (
    pad_tare.PROCEDURE,
    pad_span.PROCEDURE,
    pad_cop.PROCEDURE,
    pad_noise.PROCEDURE,
    force_check.PROCEDURE,
    imu_rest.GYRO_REST,
    imu_poses.ACC_POSES,
    imu_turns.GYRO_TURNS,
    imu_rest.CHECK,
    imu_level.LEVEL,
    imu_mounting.MOUNTING,
    imu_mounting.SLIP,
    imu_hops.HOP_TIMING,
)


def by_key(key: str) -> Procedure:
    """Return a procedure.

    Raises
    ------
    Refusal
        There is none of that key.
    """
    for procedure in PROCEDURES:
        if procedure.key == key:
            return procedure
    known = ", ".join(procedure.key for procedure in PROCEDURES)
    raise Refusal("unknown procedure", f"There is no calibration '{key}'.", f"There are: {known}.")
