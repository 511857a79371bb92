"""The API's map: every feature's routes under ``/api/v1``."""

from fastapi import APIRouter

from app.accounts import api as accounts
from app.background import api as background
from app.intake import api as intake
from app.labourers import api as labourers
from app.match_runs import api as match_runs
from app.vacancies import api as vacancies
from app.vacancies import minimum_api

router = APIRouter(prefix="/api/v1")
for feature in (accounts, background, labourers, vacancies, minimum_api, intake, match_runs):
    router.include_router(feature.router)
