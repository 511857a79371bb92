"""A post corrected by hand: what was typed read like a row of the supply sheet, and only its differences applied."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.intake import mend, post_form, posts, screening
from app.intake.coding import code_titles
from app.intake.comparing import source_key
from app.intake.drafting import Reader
from app.intake.one_row import field_errors, read_one, words_of
from app.intake.posts import LookedPost
from app.intake.reading.rows import ParsedRow
from app.intake.titles import post_title
from app.shared.i18n import lazy
from app.vacancies import service as vacancies
from app.vacancies.models import Vacancy
from app.vacancies.schemas import Finding, VacancyFacts

# A doubt over these leaves the field out when a row is read: here whoever types is still there to be asked.
NOT_IN_DOUBT: Final = frozenset({"v_base_pay"})
Row = tuple[ParsedRow, LookedPost]


def _read(reader: Reader, cells: Mapping[str, str]) -> Row:
    context = reader.office.context()
    row = read_one("supply", cells, context)
    return row, posts.look(row, context.resolve_place)


async def errors_of(
    session: AsyncSession, reader: Reader, vacancy: Vacancy, before: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, Any]:
    """Field → what is wrong with what was typed anew. What was emptied may be missing, but for the title."""
    row, looked = _read(reader, typed)
    doubted = [one for one in row.problems if one.field in NOT_IN_DOUBT and one.level == "ask"]
    found: dict[str, Any] = {one.field or "": words_of(one) for one in (*looked.problems, *doubted)} | field_errors(row)
    wrong = {
        key: text
        for key, text in found.items()
        if (typed.get(key) and typed[key] != before.get(key)) or key == post_form.NEVER_EMPTY
    }
    too_long = lazy("More than %(most)s characters.", most=mend.LONGEST_TEXT)
    wrong |= {key: too_long for key, text in typed.items() if len(text) > mend.LONGEST_TEXT and text != before.get(key)}
    if not wrong and await _taken(session, reader, vacancy, looked):
        wrong["v_title"] = lazy("This employer has a post of this title at this place on the list already.")
    places = {entry.key: at for at, entry in enumerate(post_form.ENTRIES)}
    return dict(sorted(wrong.items(), key=lambda one: places.get(one[0], len(places))))  # as they stand on the page


def _key(reader: Reader, looked: LookedPost) -> str | None:
    return source_key(reader.keys.blind_index("vacancy.source", looked.key)) if looked.key else None


async def _taken(session: AsyncSession, reader: Reader, vacancy: Vacancy, looked: LookedPost) -> bool:
    """Whether another post of the same office already bears the key this one would be found by."""
    key = _key(reader, looked)
    if vacancy.source_key is None or key is None or key == vacancy.source_key:
        return False
    same = (Vacancy.entered_by_organisation_id == vacancy.entered_by_organisation_id, Vacancy.source_key == key)
    return await session.scalar(select(Vacancy.id).where(*same)) is not None


async def correct(
    session: AsyncSession,
    reader: Reader,
    vacancy: Vacancy,
    before: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    version: int,
) -> dict[str, list[Any]]:
    """Apply what was typed without errors; field → [old, new]. Raises Stale (412)."""
    was, now = _read(reader, before), _read(reader, typed)
    names = sorted({post_title(row.values["v_title"], row.values["v_company"]) for row, _ in (was, now)})
    titles = await asyncio.to_thread(code_titles, names, await mend.decisions_of(session, reader.office))
    stored = vacancies.read_facts(vacancy)
    facts = post_form.merged(stored, posts.post_of(*was, titles).facts, posts.post_of(*now, titles).facts)
    kept = _kept_findings(vacancy, stored, facts)

    def screen(changed: VacancyFacts) -> list[Finding]:
        found = {(one.code, one.words): one for one in [*kept, *screening.screen(changed)]}
        return sorted(found.values(), key=lambda one: (one.effect != "block", one.code, one.words))

    changes = await vacancies.change(
        session, reader.actor, vacancy, facts, version=version, net_pay=reader.net_pay, screen=screen, now=reader.now
    )
    key = _key(reader, now[1])
    if vacancy.source_key is not None and key is not None and key != _key(reader, was[1]):
        vacancy.source_key = key  # the next sheet that says it so finds this post
    return changes


def _kept_findings(vacancy: Vacancy, stored: VacancyFacts, facts: VacancyFacts) -> list[Finding]:
    """What stands against the post for words outside its fields, such as an advert's: no correction takes it away."""
    seen = {(one.code, one.words) for one in screening.screen(stored)}
    told = [Finding(**one) for one in vacancy.findings]
    return [one for one in told if (one.code, one.words) not in seen and not _was_dropped(one, stored, facts)]


def _was_dropped(finding: Finding, stored: VacancyFacts, facts: VacancyFacts) -> bool:
    """Whether the words stood in a field and do not any more."""
    return bool(finding.words) and finding.words in _texts(stored) and finding.words not in _texts(facts)


def _texts(facts: VacancyFacts) -> str:
    return "\n".join(value for value in vars(facts).values() if isinstance(value, str))
