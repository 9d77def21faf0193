"""Every calibration procedure; one line a procedure."""

from calibration import pad_cop, pad_span, pad_tare
from calibration.procedure import Procedure, Refusal

PROCEDURES: tuple[Procedure, ...] = (
    pad_tare.PROCEDURE,
    pad_span.PROCEDURE,
    pad_cop.PROCEDURE,
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
