"""Every calibration procedure; one line a procedure."""

from calibration.procedure import Procedure, Refusal

PROCEDURES: tuple[Procedure, ...] = ()


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
