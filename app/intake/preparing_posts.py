"""Rows of the supply list on their way into the list: read again from their texts, compared with posts known."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.intake import posts
from app.intake.layout import Layout
from app.intake.office import KeySource, Office, keys_in
from app.intake.posts import PostRow
from app.intake.preparing import Compared, KeptRow
from app.intake.reading.rows import Problem
from app.intake.row_texts import JsonProblem, as_json, is_bad, open_texts
from app.intake.screening import screen
from app.intake.titles import Titles
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy
from app.vacancies.schemas import Finding, NetFigures, NetPayReader, VacancyFacts
from app.vacancies.service import differences, read_facts


@dataclass(frozen=True)
class KnownPost:
    """A post as stored. ``undone``: it was closed by undoing its import, and not by a person."""

    id: int
    facts: VacancyFacts
    closed: bool = False
    undone: bool = False


@dataclass(frozen=True)
class ReadyPost:
    """A post's terms as they are to be, and what follows from them; no ``post`` where something is to be mended."""

    post: PostRow | None
    facts: VacancyFacts | None
    figures: NetFigures | None
    findings: list[Finding]
    problems: list[JsonProblem]


def known_post(vacancy: Vacancy, undone: Collection[int]) -> KnownPost:
    """The stored post in plain values; ``undone`` are the posts whose import was undone."""
    return KnownPost(vacancy.id, read_facts(vacancy), vacancy.state == "closed", vacancy.id in undone)


def compare(
    rows: Sequence[KeptRow], known: Sequence[KnownPost], layout: Layout, office: Office, titles: Titles,
    keys_from: KeySource,
) -> list[Compared]:  # fmt: skip
    """What each row would change in the post beside it."""
    keys = keys_in(keys_from)
    found = read_posts(keys, rows, layout, office, titles)
    return [
        against(keys, row.uuid, post, record, layout) if post else Compared(problems=problems)
        for row, (post, problems), record in zip(rows, found, known, strict=True)
    ]


def ready(
    rows: Sequence[KeptRow], known: Sequence[KnownPost | None], layout: Layout, office: Office, titles: Titles,
    keys_from: KeySource, net_pay: NetPayReader,
) -> list[ReadyPost]:  # fmt: skip
    """Each row as a new post, or merged into the post beside it."""
    keys = keys_in(keys_from)
    found = []
    for row, (post, read), record in zip(rows, read_posts(keys, rows, layout, office, titles), known, strict=True):
        problems = [*read, *against(keys, row.uuid, post, record, layout).problems] if post and record else read
        if post is None or is_bad(problems):
            found.append(ReadyPost(None, None, None, [], problems))
            continue
        facts = merged(record.facts, post.facts) if record else post.facts
        found.append(ReadyPost(post, facts, net_pay(facts), screen(facts), problems))
    return found


def against(keys: KeyRing, uuid: UUID, post: PostRow, record: KnownPost, layout: Layout) -> Compared:
    """What a row changes in a post. A post that was closed is not opened again by a sheet."""
    changes: dict[str, Any] = dict(differences(record.facts, merged(record.facts, post.facts)))
    if record.undone:
        changes["on_list"] = [False, True]
    elif record.closed and changes:
        closed = Problem("error", "v_title", "", "post_closed", {})
        return Compared(problems=as_json(keys, uuid, [closed], {}, layout))
    return Compared(changes)


def merged(before: VacancyFacts, told: VacancyFacts) -> VacancyFacts:
    """The terms after a sheet has told something. Pay is told as a whole; a trade once coded keeps its codes."""
    news = {name: value for name, value in vars(told).items() if value not in (None, [], False)}
    if told.pay_text is not None:
        news |= {name: getattr(told, name) for name in ("pay_min", "pay_max", "pay_period")}
    if told.openings_text is not None:
        news["openings"] = told.openings
    if told.insurance is not None:
        news["insurance"] = told.insurance
    if before.trade_family is not None and told.title == before.title:
        for name in ("trade_family", "occupation_code", "coding_confidence"):
            news[name] = getattr(before, name)
    return replace(before, **news)


def read_posts(
    keys: KeyRing, rows: Sequence[KeptRow], layout: Layout, office: Office, titles: Titles
) -> Iterator[tuple[PostRow | None, list[JsonProblem]]]:
    """The post of each row with its problems; None where something has to be mended first."""
    texts = [open_texts(keys, row.uuid, layout, row.cells_cipher) for row in rows]
    context = office.context()
    for row, (uuid, _) in zip(layout.read_again(texts, context), rows, strict=True):
        looked = posts.look(row, context.resolve_place)
        problems = as_json(keys, uuid, [*row.problems, *looked.problems], row.cells, layout)
        yield (None if row.is_bad or looked.is_bad else posts.post_of(row, looked, titles)), problems
