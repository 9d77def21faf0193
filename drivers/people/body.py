"""Who the simulated person is: mass, lengths and the two legs; not what the person does."""

from dataclasses import dataclass, field

from ankletest.samples import G, Side

COM_SHARE_OF_HEIGHT = 0.51
"""Height of the centre of mass above the ankle over body height (0.87 m at 1.70 m, the pendulum of algorithms.md 10.2)."""
INERTIA_FACTOR = 1.147
"""J over m h²: makes J = 66 kg·m² at 76 kg and 0.87 m, the worked case of algorithms.md 10.2."""
CONTACT_S = 0.24
"""Contact time of a healthy adult's single-leg hop."""
FLIGHT_S = 0.32
"""Flight time of a healthy adult's single-leg hop (12.6 cm)."""


@dataclass(frozen=True, slots=True)
class Leg:
    """How one leg differs from a healthy one.

    Parameters
    ----------
    stiffness
        Leg stiffness over a healthy leg's; contact time goes with its inverse square root.
    sway
        Speed of the centre of pressure in stance over a healthy leg's.
    flight
        Flight time of a hop over a healthy leg's.
    """

    stiffness: float = 1.0
    sway: float = 1.0
    flight: float = 1.0

    def __post_init__(self) -> None:
        if min(self.stiffness, self.sway, self.flight) <= 0:
            raise ValueError(f"a leg needs positive factors, not {self}")


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated client; the same person and seed always give the same samples."""

    mass_kg: float = 72.0
    height_m: float = 1.74
    foot_length_mm: float = 262.0
    left: Leg = field(default_factory=Leg)
    right: Leg = field(default_factory=Leg)

    def __post_init__(self) -> None:
        if not (20.0 <= self.mass_kg <= 250.0 and 1.0 <= self.height_m <= 2.3 and 150.0 <= self.foot_length_mm <= 350.0):
            raise ValueError(f"no person is {self.mass_kg} kg, {self.height_m} m, with feet of {self.foot_length_mm} mm")

    def leg(self, side: Side) -> Leg:
        """Return the leg of a side."""
        return self.left if side is Side.LEFT else self.right

    @property
    def weight_n(self) -> float:
        """Body weight, N."""
        return self.mass_kg * G

    @property
    def com_m(self) -> float:
        """Height of the centre of mass above the ankle, m."""
        return COM_SHARE_OF_HEIGHT * self.height_m

    @property
    def inertia_kg_m2(self) -> float:
        """Moment of inertia about the ankle, kg·m²."""
        return INERTIA_FACTOR * self.mass_kg * self.com_m**2


INJURED_RIGHT = Person(right=Leg(stiffness=0.72, sway=1.35, flight=0.8))
"""The client of the practice devices: a right ankle some weeks after a sprain."""
