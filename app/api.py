"""The API's map: every feature's routes under ``/api/v1``."""

from fastapi import APIRouter

from app.accounts import api as accounts
from app.background import api as background
from app.intake import api as intake
from app.labourers import api as labourers
from app.match_runs import api as match_runs
from app.rights import api as rights
from app.vacancies import api as vacancies

router = APIRouter(prefix="/api/v1")
for feature in (accounts, background, labourers, vacancies, intake, match_runs, rights):
    router.include_router(feature.router)
