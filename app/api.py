"""The API's map: every feature's routes under ``/api/v1``."""

from fastapi import APIRouter

from app.accounts import api as accounts
from app.accounts import own_api as own_account
from app.background import api as background
from app.intake import api as intake
from app.labourers import api as labourers
from app.match_runs import api as match_runs
from app.vacancies import api as vacancies

router = APIRouter(prefix="/api/v1")
for feature in (accounts, own_account, background, labourers, vacancies, intake, match_runs):
    router.include_router(feature.router)
