"""The life of a batch, as a table: what may follow what."""

from app.errors import Conflict
from app.intake.models import BATCH_STATES, ImportBatch
from app.shared.i18n import N_

TRANSITIONS: dict[str, frozenset[str]] = {
    "reading": frozenset({"mapping", "ready", "failed"}),
    "mapping": frozenset({"checking", "failed"}),
    "checking": frozenset({"ready", "failed"}),
    "ready": frozenset({"applying"}),
    "applying": frozenset({"applied"}),
    "applied": frozenset({"applying", "undoing"}),
    "undoing": frozenset({"undone"}),
    "undone": frozenset(),
    "failed": frozenset(),
}
assert set(TRANSITIONS) == set(BATCH_STATES)

# While a batch is in one of these, a background task is at work on it.
TASKS = {"reading": "intake.read", "checking": "intake.check", "applying": "intake.apply", "undoing": "intake.undo"}
MENDABLE = frozenset({"ready", "applied"})


def move(batch: ImportBatch, to: str) -> None:
    """Change the state of a locked batch. Raises Conflict (409) if it may not follow."""
    if to not in TRANSITIONS[batch.state]:
        raise Conflict(N_("This sheet is at another step by now. Load the page again."))
    batch.state = to
