"""What a person does about their own data and with a complaint, by the code of their slip alone.

A slip is printed by an office, and an office may be complained of: whoever came in with one sees neither the whole of
an identity number nor any complaint. A complaint opens with its receipt alone (``docs/decisions/0020-own-rights.md``).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Invalid
from app.grievances import complaint_form
from app.grievances import service as grievances
from app.grievances.schemas import Receipt
from app.labourers.service import name_of, phone_of
from app.localities.reference import Localities
from app.portal.queries import Person
from app.portal.service import oneself
from app.rights import queries as rights_queries
from app.rights import service as rights
from app.rights.copying import PersonCopy
from app.rights.models import RightsRequest
from app.shared.encryption import KeyRing
from app.shared.i18n import N_, translate

CHANNEL = "self_code"


def _why(words: str) -> str:
    """Their own words; nobody has to give a reason, and the record says so."""
    return words.strip() or translate("Own wish, said with the code of a slip; no reason is needed.")


async def of_person(session: AsyncSession, person: Person) -> tuple[list[RightsRequest], set[str]]:
    """What the person asked for, newest first, and the limits that hold."""
    limits = await rights_queries.limits_of(session, person.labourer_id)
    held = {limit.kind for limit, ended in limits if ended is None}
    return await rights_queries.of_labourer(session, person.labourer_id), held


async def set_limit(session: AsyncSession, person: Person, kind: str, words: str, *, on: bool, now: datetime) -> None:
    """Let a limit hold, or end it, at once. Saying it twice changes nothing. Raises Invalid (422)."""
    labourer = await oneself(session, person, lock=True)
    holds = await rights_queries.standing(session, labourer.id, kind) is not None
    if holds == on:
        return
    act = rights.limit if on else rights.free
    await act(session, None, labourer, kind, _why(words), channel=CHANNEL, now=now)


async def ask(
    session: AsyncSession, person: Person, keys: KeyRing, kind: str, words: str, *, now: datetime
) -> RightsRequest:
    """Ask the office for something. Raises Conflict (409) while the same waits for its answer, Invalid (422)."""
    labourer = await oneself(session, person, lock=True)
    asked, _ = await of_person(session, person)
    if any(one.kind == kind and one.answered_at is None for one in asked):
        raise Conflict(N_("You have asked for this already; your office still has to answer."))
    text = words if kind == "correction" else _why(words)  # what is to be corrected, only the person can say
    return await rights.receive(session, None, keys, labourer, kind, text, channel=CHANNEL, now=now)


async def copy(session: AsyncSession, person: Person, keys: KeyRing, localities: Localities) -> PersonCopy:
    """Everything held about the person, with names and numbers shown in part."""
    labourer = await oneself(session, person)
    reason = translate("By the person themselves, with the code of a slip.")
    return await rights.give_own_copy(session, keys, localities, labourer, reason)


async def complain(
    session: AsyncSession,
    person: Person,
    keys: KeyRing,
    localities: Localities,
    values: Mapping[str, Any],
    named: str,
    *,
    now: datetime,
) -> Receipt:
    """File a complaint; ``named`` "yes": with who it is, for the inspection alone. Raises Invalid (422)."""
    if named not in ("yes", "no"):
        question = {"named": N_("Choose one of the two.")}
        raise Invalid(N_("The complaint could not be taken yet; see what is missing."), fields=question)
    told = complaint_form.read(values, localities)
    if named == "no":
        return await grievances.file(session, keys, told, now=now)
    labourer = await oneself(session, person)
    reached = " ".join(filter(None, (name_of(keys, labourer), phone_of(keys, labourer), told.contact)))
    told = replace(told, contact=reached, home_code=labourer.locality_code)
    return await grievances.file(session, keys, told, now=now, labourer_id=labourer.id)
