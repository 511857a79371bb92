"""Roles and kinds of office in words."""

from app.permissions import Role
from app.shared.i18n import N_, LazyText, lazy

ROLE_LABELS = {
    Role.COUNTY_OFFICER: N_("County officer"),
    Role.TOWNSHIP_OFFICER: N_("Township officer"),
    Role.VILLAGE_OFFICER: N_("Village officer"),
    Role.BROKER: N_("Labour broker"),
    Role.EMPLOYER: N_("Employer"),
    Role.RECEIVING_OFFICER: N_("Receiving office"),
    Role.STATION: N_("Labour station"),
    Role.CARRIER: N_("Carrier"),
    Role.TRAINING_BODY: N_("Training body"),
    Role.FINANCE: N_("Finance office"),
    Role.RURAL_OFFICER: N_("Agriculture and rural affairs"),
    Role.INSPECTOR: N_("Labour inspection"),
    Role.PROVINCE: N_("Province"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator of an office"),
    Role.OPERATOR: N_("System operator"),
}
KIND_LABELS = {
    "county": N_("County office"),
    "township": N_("Township office"),
    "village": N_("Village committee"),
    "receiving_office": N_("Receiving office"),
    "station": N_("Labour station"),
    "broker": N_("Broker or agency"),
    "employer": N_("Employer"),
    "carrier": N_("Carrier"),
    "training_body": N_("Training body"),
    "finance": N_("Finance office"),
    "rural_office": N_("Agriculture and rural affairs"),
    "inspection": N_("Labour inspection"),
    "province": N_("Province"),
    "auditor": N_("Auditor"),
    "operator": N_("System operator"),
}


def role_label(role: str) -> LazyText:
    """A role in the reader's language."""
    return lazy(ROLE_LABELS[Role(role)])


def kind_label(kind: str) -> LazyText:
    """A kind of office in the reader's language."""
    return lazy(KIND_LABELS[kind])
