"""The good rows of a supply list put on the list: employers found or entered, posts entered or changed."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app import audit
from app.employers import service as employers
from app.employers.models import Employer
from app.employers.queries import name_key
from app.employers.service import Firm
from app.intake import preparing_posts, queries
from app.intake.applying import Loading, Outcome, PendingRow, cut, pending
from app.intake.comparing import source_key
from app.intake.preparing import UNDO
from app.intake.preparing_posts import KnownPost, ReadyPost, known_post
from app.intake.row_texts import JsonProblem
from app.permissions import Role
from app.vacancies import service as vacancies
from app.vacancies import states
from app.vacancies.models import SupplyListEntry, Vacancy
from app.vacancies.schemas import NetPayReader, VacancyFacts
from app.vacancies.service import NewPost

REASON = "import"


async def load_posts(loading: Loading, net_pay: NetPayReader) -> None:
    """Load all pending rows."""
    rows = await pending(loading.session, loading.desk.batch_id)
    loading.rows = len(rows)
    for part in cut(rows):
        await _load_part(loading, part, net_pay)
        await loading.report()
    await loading.keep()


async def _load_part(loading: Loading, rows: Sequence[PendingRow], net_pay: NetPayReader) -> None:
    desk = loading.desk
    known = await _known(loading, rows)
    undone = await queries.undone_posts(loading.session, [one for one in known if one])
    records: list[KnownPost | None] = [known_post(one, undone) if one else None for one in known]
    ready = await desk.run(
        preparing_posts.ready, [row.kept for row in rows], records, desk.layout, desk.office, desk.titles,
        desk.keys_from, net_pay,
    )  # fmt: skip
    new: list[tuple[PendingRow, ReadyPost]] = []
    for row, vacancy, record, post in zip(rows, known, records, ready, strict=True):
        problems = post.problems if post.post is None else _other_firm(loading, post)
        if problems:
            loading.outcomes.append(Outcome(row.id, "bad", problems=problems))
        elif vacancy is None or record is None:
            new.append((row, post))
        else:
            await _change(loading, row, vacancy, record, post)
    await _enter(loading, new)


async def _known(loading: Loading, rows: Sequence[PendingRow]) -> list[Vacancy | None]:
    keys = [source_key(row.key_index) for row in rows]
    query = select(Vacancy).where(
        Vacancy.entered_by_organisation_id == loading.actor.organisation_id, Vacancy.source_key.in_(keys)
    )
    found = {one.source_key: one for one in await loading.session.scalars(query.order_by(Vacancy.id).with_for_update())}
    return [found.get(key) for key in keys]


def _other_firm(loading: Loading, ready: ReadyPost) -> list[JsonProblem]:
    """An employer brings in its own posts only."""
    if loading.actor.role is not Role.EMPLOYER or ready.post is None:
        return []
    if name_key(ready.post.company) == name_key(loading.actor.organisation_name):
        return []
    column = loading.desk.layout.letters.get("v_company", "")
    return [{"level": "error", "field": "v_company", "column": column, "code": "another_firm", "params": {}}]


async def _enter(loading: Loading, new: Sequence[tuple[PendingRow, ReadyPost]]) -> None:
    firms = [Firm(one.post.company, one.post.credit_code, one.post.facts.locality_code) for _, one in new if one.post]
    found = await employers.find_or_enter_many(loading.session, loading.actor, firms)
    for employer, (_, one) in zip(found, new, strict=True):
        _keep_contact(loading, employer, one)
    posts = [
        NewPost(employer, one.facts, source_key(row.key_index))
        for employer, (row, one) in zip(found, new, strict=True)
        if one.facts
    ]
    by_facts = {id(one.facts): one for _, one in new}  # worked out in another process already
    entered = await vacancies.enter_many(
        loading.session, loading.actor, posts,
        net_pay=lambda facts: _figures(by_facts[id(facts)]),
        screen=lambda facts: by_facts[id(facts)].findings,
        now=loading.now,
    )  # fmt: skip
    loading.outcomes += [
        Outcome(row.id, "loaded", vacancy_id=vacancy.id) for (row, _), vacancy in zip(new, entered, strict=True)
    ]


def _figures(ready: ReadyPost) -> Any:
    return ready.figures


def _keep_contact(loading: Loading, employer: Employer, ready: ReadyPost) -> None:
    """Whom to call, where nobody is known yet."""
    if ready.post is None or employer.entered_by_organisation_id != loading.actor.organisation_id:
        return
    if loading.actor.role is Role.EMPLOYER and employer.organisation_id is None:
        employer.organisation_id = loading.actor.organisation_id
    if employer.contact_cipher is None and ready.post.contact:
        employer.contact_cipher = loading.keys.encrypt("employer.contact", employer.uuid, ready.post.contact)
    if employer.phone_cipher is None and ready.post.phone:
        employer.phone_cipher = loading.keys.encrypt("employer.phone", employer.uuid, ready.post.phone)


async def _change(loading: Loading, row: PendingRow, vacancy: Vacancy, record: KnownPost, ready: ReadyPost) -> None:
    if ready.facts is None:
        return
    before = vacancies.read_facts(vacancy)
    if record.undone:
        await _back_on_list(loading, vacancy)
    changes = await vacancies.change(
        loading.session, loading.actor, vacancy, ready.facts, version=vacancy.version,
        net_pay=lambda _: _figures(ready), screen=lambda _: ready.findings, now=loading.now,
    )  # fmt: skip
    if record.undone:
        changes["on_list"] = [False, True]
    state = "loaded" if changes else "same"
    undo = seal_before(loading, row, before, vacancy.version) if changes else None
    loading.outcomes.append(Outcome(row.id, state, vacancy_id=vacancy.id, undo_cipher=undo, changes=changes))


def seal_before(loading: Loading, row: PendingRow, before: VacancyFacts, version: int) -> bytes:
    """The terms as they were, and the version the change made."""
    plain = json.dumps({"version": version, "facts": asdict(before)}, ensure_ascii=False, default=date.isoformat)
    return loading.keys.encrypt_bytes(UNDO, row.kept.uuid, plain.encode())


async def _back_on_list(loading: Loading, vacancy: Vacancy) -> None:
    """A post whose import was undone comes in again."""
    states.move(loading.session, vacancy, "draft", REASON, actor=loading.actor, now=loading.now)
    vacancies.check_again(loading.session, loading.actor, vacancy, loading.now)
    entry = update(SupplyListEntry).where(SupplyListEntry.vacancy_id == vacancy.id)
    await loading.session.execute(entry.values(left_on=None))
    audit.record(loading.session, loading.actor, "vacancy.put_back", "vacancy", vacancy.id)
