"""R7: whoever reads a person's record through a program leaves a line on the trail, as on the pages."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.labourers.models import Labourer
from app.permissions import Permission, Role
from app.shared.encryption import KeyRing
from tests.matrix.cases import CASES
from tests.matrix.test_matrix import guarded
from tests.matrix.world import make_world

PERSON_IN = re.compile(r"\{labourer_uuid\}|/(labourers|people)/\{uuid\}")


def reads_of_a_person(app: FastAPI) -> list[tuple[str, str]]:
    """(path, kind of row) of each GET of the programs that names a labourer."""
    found = []
    for method, path, asked in guarded(app):
        named = path.startswith("/api/") and PERSON_IN.search(path)
        if method == "GET" and named and Permission.PEOPLE_MANAGE not in asked:
            found.append((path, str(CASES[f"{method} {path}"].rows)))
    return found


@pytest.mark.wall("each read notes itself; this test replays them all")
async def test_no_program_reads_a_person_unseen(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    world = await make_world(session, keys, now, Role.COUNTY_OFFICER)
    client: httpx.AsyncClient = await sign_in(world.actor)
    paths = reads_of_a_person(application)
    assert len(paths) >= 5
    for path, kind in paths:
        params = world.own[kind]
        uuid = params.get("labourer_uuid", params["uuid"])
        person = await session.scalar(select(Labourer.id).where(Labourer.uuid == uuid))
        about = or_(
            (AuditEvent.subject_kind == "labourer") & (AuditEvent.subject_id == person),
            AuditEvent.people.contains([person]),
        )
        lines = select(func.count()).where(about, AuditEvent.user_id == world.actor.user_id)
        before = await session.scalar(lines)
        answer = await client.get(re.sub(r"\{(\w+)\}", lambda one, given=params: given[one[1]], path))
        assert answer.status_code == 200, path
        assert await session.scalar(lines) == before + 1, f"{path} was read unseen"
