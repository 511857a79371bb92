"""Imports every table, so that Alembic and the tests see the whole; defines none."""

from app import audit, idempotency, rate_limits
from app.accounts import models as accounts
from app.background import models as background
from app.database import Base
from app.declarations import limits
from app.declarations import models as declarations
from app.employers import models as employers
from app.grievances import models as grievances
from app.intake import models as intake
from app.labourers import models as labourers
from app.localities import models as localities
from app.match_runs import models as match_runs
from app.notifications import models as notifications
from app.occupations import models as occupations
from app.offers import models as offers
from app.placements import models as placements
from app.policy import models as policy
from app.portal import models as portal
from app.rights import models as rights
from app.trail import models as trail
from app.vacancies import models as vacancies

__all__ = [
    "Base",
    "accounts",
    "audit",
    "background",
    "declarations",
    "employers",
    "grievances",
    "idempotency",
    "intake",
    "labourers",
    "limits",
    "localities",
    "match_runs",
    "notifications",
    "occupations",
    "offers",
    "placements",
    "policy",
    "portal",
    "rate_limits",
    "rights",
    "trail",
    "vacancies",
]
