"""Employers for programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from app.database import Session
from app.employers import attesting, queries
from app.employers.schemas import ChecksIn, EmployerOut
from app.permissions import Actor, Permission, require

router = APIRouter(prefix="/employers", tags=["employers"])


@router.get("/{uuid}")
async def read_employer(
    session: Session, actor: Annotated[Actor, require(Permission.EMPLOYERS_VIEW)], uuid: UUID
) -> EmployerOut:
    """One employer."""
    return EmployerOut.model_validate(await queries.get(session, actor, uuid))


@router.post("/{uuid}/attestation", status_code=201)
async def attest_employer(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.EMPLOYERS_ATTEST)],
    uuid: UUID,
    checks: ChecksIn,
) -> EmployerOut:
    """The sending county vouches for 30 days; 409 names the receiving office where there is one."""
    employer = await queries.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    await attesting.attest(session, actor, employer, attesting.Checks(**checks.model_dump()), now=now)
    return EmployerOut.model_validate(employer)
