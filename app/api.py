"""The API's map: every feature's routes under ``/api/v1``."""

from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from app.accounts import api as accounts
from app.accounts import matrix_api, people_api
from app.accounts import own_api as own_account
from app.background import api as background
from app.employers import api as employers
from app.grievances import api as grievances
from app.intake import api as intake
from app.keys import api as keys
from app.labourers import api as labourers
from app.labourers import consent_api as consents
from app.labourers import review_api as reviews
from app.match_runs import api as match_runs
from app.notifications import api as notices
from app.offers import api as offers
from app.rights import api as rights
from app.trail import api as trail
from app.vacancies import api as vacancies
from app.vacancies import minimum_api


class Problem(BaseModel):
    """Why something was not done (RFC 9457), in the reader's language."""

    type: str
    title: str
    status: int
    detail: str
    fields: dict[str, str] | None = Field(None, description="which values, and why")


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("The request could not be read."),
    401: _problem("Nobody is signed in."),
    403: _problem("The post does not include this, or the row is somebody else's."),
    404: _problem("No such row, or none this person may see: the two look the same."),
    405: _problem("The address exists, for another kind of request."),
    409: _problem("The row has changed, or its state refuses the act."),
    412: _problem("An edit was based on an older version of the row."),
    413: _problem("More than this door lets through."),
    422: _problem("What was sent cannot be accepted; fields tell which and why."),
    429: _problem("Too often; wait."),
}
# Who asks is worked out before every route; this says so in the document and asks nothing itself.
BEARER = HTTPBearer(auto_error=False, description="A session's token from POST /api/v1/sessions.")
router = APIRouter(prefix="/api/v1", responses=PROBLEMS, dependencies=[Security(BEARER)])
FEATURES = (
    accounts,
    own_account,
    matrix_api,
    people_api,
    background,
    labourers,
    employers,
    vacancies,
    minimum_api,
    intake,
    match_runs,
    offers,
    grievances,
    consents,
    reviews,
    trail,
    keys,
    rights,
    notices,
)
for feature in FEATURES:
    router.include_router(feature.router)
