"""What each role is called."""

from typing import Final

from app.permissions import Role
from app.shared.i18n import N_

ROLE_LABELS: Final = {
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
