"""Organisations, users, posts and the actor a test acts as."""

import secrets
from datetime import date
from functools import cache
from itertools import count
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, Post, PostScope, User
from app.accounts.passwords import hash_password
from app.permissions import Actor, Role

COUNTY = "340722"  # 枞阳县
OTHER_COUNTY = "340826"  # 宿松县, of another city
CITY = "320500"  # 苏州市

KINDS = {
    Role.COUNTY_OFFICER: "county",
    Role.TOWNSHIP_OFFICER: "township",
    Role.VILLAGE_OFFICER: "village",
    Role.BROKER: "broker",
    Role.EMPLOYER: "employer",
    Role.RECEIVING_OFFICER: "receiving_office",
    Role.STATION: "station",
    Role.CARRIER: "carrier",
    Role.TRAINING_BODY: "training_body",
    Role.FINANCE: "finance",
    Role.RURAL_OFFICER: "rural_office",
    Role.INSPECTOR: "inspection",
    Role.PROVINCE: "province",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "county",
    Role.OPERATOR: "operator",
}
_numbers = count(1)


@cache
def _unknown_password() -> str:
    """A hash that nobody can sign in with."""
    return hash_password(secrets.token_hex())


async def make_organisation(session: AsyncSession, kind: str, locality_code: str | None = COUNTY) -> Organisation:
    licence = {"licence_number": "LIC-1", "licence_from": date(2020, 1, 1), "licence_until": date(2099, 12, 31)}
    organisation = Organisation(
        uuid=uuid4(),
        name=f"{kind} {next(_numbers)}",
        kind=kind,
        locality_code=locality_code,
        **(licence if kind == "broker" else {}),
    )
    session.add(organisation)
    await session.flush()  # the id is needed by what stands under it
    return organisation


async def make_actor(
    session: AsyncSession,
    role: Role = Role.COUNTY_OFFICER,
    *,
    organisation: Organisation | None = None,
    scope: tuple[str, ...] | None = None,
    village: str | None = None,
    password_hash: str | None = None,
) -> Actor:
    """A user in a post of that role, and the actor they are."""
    default_place = CITY if role in {Role.RECEIVING_OFFICER, Role.EMPLOYER, Role.STATION} else COUNTY
    organisation = organisation or await make_organisation(session, KINDS[role], default_place)
    roots = scope if scope is not None else ((organisation.locality_code,) if organisation.locality_code else ())
    login = f"{role}-{next(_numbers)}"
    user = User(login=login, display_name=login, password_hash=password_hash or _unknown_password())
    session.add(user)
    await session.flush()  # the post needs the user's id
    if role is Role.VILLAGE_OFFICER:
        village = organisation.village_name = village or "拔茅村"
    post = Post(user_id=user.id, organisation_id=organisation.id, role=role)
    session.add(post)
    await session.flush()  # the scope needs the post's id
    session.add_all(PostScope(post_id=post.id, locality_code=code) for code in roots)
    await session.flush()  # visible_to reads it
    return Actor(
        user_id=user.id,
        display_name=login,
        post_id=post.id,
        role=role,
        organisation_id=organisation.id,
        organisation_uuid=organisation.uuid,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        organisation_locality=organisation.locality_code,
        scope=roots,
        village=village,
        csrf_token="form-token",
    )
