"""Imports every table, so that Alembic and the tests see the whole; defines none."""

from app import audit
from app.accounts import models as accounts
from app.background import models as background
from app.database import Base
from app.declarations import models as declarations
from app.employers import models as employers
from app.intake import models as intake
from app.labourers import models as labourers
from app.localities import models as localities
from app.match_runs import models as match_runs
from app.occupations import models as occupations
from app.policy import models as policy
from app.vacancies import models as vacancies

__all__ = [
    "Base",
    "accounts",
    "audit",
    "background",
    "declarations",
    "employers",
    "intake",
    "labourers",
    "localities",
    "match_runs",
    "occupations",
    "policy",
    "vacancies",
]
