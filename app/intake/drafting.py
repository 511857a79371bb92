"""From a checked card of an advert to a post on the supply list, read like a row of the supply sheet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.employers import service as employers
from app.employers.models import Employer
from app.intake import mend, posts, screening
from app.intake.adverts import DraftVacancy, LegalSign
from app.intake.coding import code_titles
from app.intake.comparing import source_key
from app.intake.office import Office
from app.intake.one_row import field_errors, read_one, words_of
from app.intake.posts import LookedPost
from app.intake.reading.rows import ParsedRow
from app.intake.titles import post_title
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.vacancies import service as vacancies
from app.vacancies.models import Vacancy
from app.vacancies.schemas import Finding, NetPayReader, VacancyFacts

MAY_WAIT: Final = frozenset({"required_missing", "work_place_unknown"})
"""What an advert often leaves out: the post is entered as a draft without it. A firm and a title it must have."""


@dataclass(frozen=True)
class Reader:
    """Who enters posts, when, and what reading them needs."""

    keys: KeyRing
    net_pay: NetPayReader
    actor: Actor
    now: datetime

    @property
    def office(self) -> Office:
        """The office as the reading of rows knows it."""
        own = self.actor.organisation_id
        return Office(own, own, self.actor.organisation_locality, self.actor.scope, day_of(self.now))


def _read(reader: Reader, cells: Mapping[str, str]) -> tuple[ParsedRow, LookedPost]:
    context = reader.office.context()
    row = read_one("supply", cells, context)
    return row, posts.look(row, context.resolve_place)


def errors_of(reader: Reader, cells: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, Any]:
    """Field → what is wrong with what was typed; what was left empty may wait, but for firm and title."""
    row, looked = _read(reader, cells)
    found = {one.field or "": words_of(one) for one in looked.problems} | field_errors(row)
    return {key: text for key, text in found.items() if typed.get(key) or key in ("v_company", "v_title")}


async def listed(session: AsyncSession, reader: Reader, cells: Mapping[str, str]) -> UUID | None:
    """The post of the same firm, title and place that this office has on the list already."""
    _, looked = _read(reader, cells)
    known = await _known(session, reader, looked)
    return known.uuid if known is not None and known.state != "closed" else None


async def _known(session: AsyncSession, reader: Reader, looked: LookedPost) -> Vacancy | None:
    if looked.key is None:
        return None
    own = Vacancy.entered_by_organisation_id == reader.actor.organisation_id
    return await session.scalar(select(Vacancy).where(own, Vacancy.source_key == _source_key(reader, looked.key)))


def _source_key(reader: Reader, key: str) -> str:
    """The key a row of a sheet would have, so that paper, sheet and advert meet."""
    return source_key(reader.keys.blind_index("vacancy.source", key))


async def enter(session: AsyncSession, reader: Reader, cells: Mapping[str, str], draft: DraftVacancy) -> UUID:
    """Put the post on the supply list; what stood in the advert against the law stays with it."""
    row, looked = _read(reader, cells)
    title = post_title(row.values["v_title"], row.values["v_company"])
    titles = await asyncio.to_thread(code_titles, [title], await mend.decisions_of(session, reader.office))
    post = posts.post_of(row, looked, titles)
    employer = await _employer(session, reader.actor, post.company, post.credit_code)
    signs = [_finding(sign) for sign in draft.warnings]

    def screen(facts: VacancyFacts) -> list[Finding]:
        found = {(one.code, one.words): one for one in [*signs, *screening.screen(facts)]}
        return sorted(found.values(), key=lambda one: (one.effect != "block", one.code, one.words))

    is_new = looked.key is not None and await _known(session, reader, looked) is None
    vacancy = await vacancies.enter(
        session,
        reader.actor,
        employer,
        post.facts,
        net_pay=reader.net_pay,
        screen=screen,
        now=reader.now,
        source_key=_source_key(reader, looked.key) if looked.key and is_new else None,
    )
    return vacancy.uuid


def _finding(sign: LegalSign) -> Finding:
    rule = sign.rule
    return Finding(screening.CODES.get(rule.code, rule.code), rule.effect, sign.words, rule.clause)


async def _employer(session: AsyncSession, actor: Actor, name: str, credit_code: str | None) -> Employer:
    """The firm named; an employer's own people enter their own firm's posts."""
    if actor.role is Role.EMPLOYER:
        own = await session.scalar(select(Employer).where(Employer.organisation_id == actor.organisation_id))
        if own is not None:
            return own
    return await employers.find_or_enter(session, actor, name=name, credit_code=credit_code)
