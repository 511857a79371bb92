"""The life of a complaint, as a table: what may follow what."""

from app.errors import Conflict
from app.grievances.models import STATES, Grievance
from app.shared.i18n import N_

TRANSITIONS: dict[str, frozenset[str]] = {
    "received": frozenset({"assigned", "closed"}),
    "assigned": frozenset({"assigned", "received", "measures", "answered", "closed"}),
    "measures": frozenset({"measures", "assigned", "received", "answered", "closed"}),
    "answered": frozenset({"answered", "measures", "assigned", "received", "closed"}),
    "closed": frozenset(),
}
assert set(TRANSITIONS) == set(STATES)


def check(grievance: Grievance, to: str) -> None:
    """Whether a locked complaint may go there. Raises Conflict (409)."""
    if to not in TRANSITIONS[grievance.state]:
        raise Conflict(N_("This complaint is not at that step any more. Load the page again."))


def check_open(grievance: Grievance) -> None:
    """Raises Conflict (409) once it is closed."""
    if grievance.state == "closed":
        raise Conflict(N_("This complaint is closed. File a new one; it may say that it goes on from this."))
