"""The engine's members by name, for those who keep and show numbers but do not calculate."""

from matching.codes import FIRST_PREFERENCE_GATE, SCORE_PARTS, Gate, Part, Score

PARTS: tuple[str, ...] = tuple(part.name.lower() for part in Part)
SCORES: tuple[str, ...] = tuple(score.name.lower() for score in Score)
PARTS_OF: dict[str, tuple[int, ...]] = {score.name.lower(): tuple(SCORE_PARTS[score]) for score in Score}
GATES: tuple[str, ...] = tuple(gate.name.lower() for gate in Gate)
PREFERENCE_GATES: tuple[str, ...] = tuple(gate.name.lower() for gate in Gate if gate >= FIRST_PREFERENCE_GATE)


def gates_in(bits: int) -> list[str]:
    """The gates whose bits are set, in the order they are tried."""
    return [gate.name.lower() for gate in Gate if bits >> gate & 1]


def parts_in(bits: int) -> list[str]:
    """The parts whose bits are set, in their order."""
    return [part.name.lower() for part in Part if bits >> part & 1]
