"""Rows of the demand list on their way into the list: compared with what is known, sealed as new, or merged.

Made to be sent to other processes a part at a time; everything passed is plain. The texts are read again here, so a
row that was good yesterday can turn out bad: then its problems come back instead of its facts.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.declarations import service as declarations
from app.declarations.queries import LastWord
from app.declarations.service import Statement, is_news
from app.intake import people
from app.intake.layout import Layout
from app.intake.office import KeySource, Office, keys_in
from app.intake.people import Person, Said
from app.intake.reading.rows import Problem
from app.intake.row_texts import JsonProblem, as_json, open_texts
from app.intake.titles import Titles
from app.labourers import bulk, records
from app.labourers.bulk import KnownPerson, PackedPeople, SealedPerson
from app.labourers.schemas import PersonFacts
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.memory import uncollected

UNDO: Final = "import_row.undo"
UNDONE: Final = "import_undone"
"""The reason for which people and posts of an undone import leave the lists; a sheet may put them back.

People leave for reasons of a list, which this one is not on. Why a post is closed people say in words of their own, so
there the batch that closed it is asked: ``queries.undone_posts``.
"""


class KeptRow(NamedTuple):
    """A row as kept: under which id its texts are encrypted, and the texts."""

    uuid: UUID
    cells_cipher: bytes


class Words(NamedTuple):
    """What a listed person, or a proxy for them, said last."""

    own: LastWord | None = None
    proxy_on: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A row against the record: what it would change. ``said`` is set where its statement is news."""

    changes: dict[str, Any] = field(default_factory=dict)
    problems: list[JsonProblem] = field(default_factory=list)
    said: Said | None = None


class Entering(NamedTuple):
    """Who enters people and their statements, when, and for how long a statement stands."""

    user_id: int
    users: Mapping[str, int]
    now: datetime
    days: int


class NewIds(NamedTuple):
    """What a row's person and statement are to be called, should both be entered."""

    labourer: int
    declaration: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """New people and their statements, ready to be entered; by row, what now stands against some (None: nothing)."""

    people: PackedPeople
    statements: declarations.Packed
    problems: list[list[JsonProblem] | None]


@dataclass(frozen=True, slots=True)
class Merged:
    """A listed person's corrected rows (None where only the statement is new), with the record as it was, sealed."""

    compared: Compared
    person: SealedPerson | None
    undo_cipher: bytes | None


@uncollected()
def compare(
    rows: Sequence[KeptRow], known: Sequence[KnownPerson], words: Sequence[Words], layout: Layout, office: Office,
    titles: Titles, keys_from: KeySource,
) -> list[Compared]:  # fmt: skip
    """What each row would change in the record beside it."""
    keys = keys_in(keys_from)
    read = read_people(keys, rows, layout, office, titles)
    return [
        against(keys, row.uuid, person, record, word, layout, office)[0] if person else Compared(problems=problems)
        for row, (person, problems), record, word in zip(rows, read, known, words, strict=True)
    ]


@uncollected()
def seal(
    rows: Sequence[KeptRow], ids: Sequence[NewIds], entering: Entering, layout: Layout, office: Office, titles: Titles,
    keys_from: KeySource,
) -> Sealed:  # fmt: skip
    """Each row as a new person of the custodian, with what they said."""
    keys = keys_in(keys_from)
    tokens = tokens_of(keys_from)
    households: set[str | None] = set()
    sealed: list[tuple[int, SealedPerson]] = []
    said: list[tuple[int, Statement]] = []
    against: list[list[JsonProblem] | None] = []
    for (person, problems), new in zip(read_people(keys, rows, layout, office, titles), ids, strict=True):
        against.append(None if person else problems)
        if person is None:
            continue
        facts = person.facts
        is_first = facts.household_no not in households
        households.add(facts.household_no)
        sealed.append((new.labourer, bulk.seal(keys, office.custodian_id, facts, tokens, with_household=is_first)))
        if person.said:
            said.append((new.declaration, statement_of(new.labourer, person.said, entering.users)))
    return Sealed(
        bulk.pack(office.custodian_id, sealed, today=day_of(entering.now)),
        declarations.pack(keys, said, entering.user_id, now=entering.now, days=entering.days),
        against,
    )


@uncollected()
def merge(
    rows: Sequence[KeptRow], known: Sequence[KnownPerson], words: Sequence[Words], layout: Layout, office: Office,
    titles: Titles, keys_from: KeySource,
) -> list[Merged]:  # fmt: skip
    """Each row merged into the record beside it."""
    keys = keys_in(keys_from)
    tokens = tokens_of(keys_from)
    return [
        _merged(keys, tokens, row, person, record, word, layout, office)
        if person
        else Merged(Compared(problems=problems), None, None)
        for row, (person, problems), record, word in zip(
            rows, read_people(keys, rows, layout, office, titles), known, words, strict=True
        )
    ]


def _merged(
    keys: KeyRing, tokens: Callable[[str], list[int]], row: KeptRow, person: Person, record: KnownPerson, word: Words,
    layout: Layout, office: Office,
) -> Merged:  # fmt: skip
    compared, facts = against(keys, row.uuid, person, record, word, layout, office)
    if not compared.changes.keys() - {"statement"}:
        return Merged(compared, None, None)
    before = {"version": record.version, "facts": bulk.as_plain(bulk.facts_of(keys, record))}
    undo = keys.encrypt_bytes(UNDO, row.uuid, json.dumps(before, ensure_ascii=False).encode())
    return Merged(compared, bulk.seal(keys, office.custodian_id, facts, tokens, uuid=record.uuid), undo)


def read_people(
    keys: KeyRing, rows: Sequence[KeptRow], layout: Layout, office: Office, titles: Titles
) -> Iterator[tuple[Person | None, list[JsonProblem]]]:
    """The person of each row with its problems; None where something has to be mended first."""
    texts = [open_texts(keys, row.uuid, layout, row.cells_cipher) for row in rows]
    context, homes = office.context(), office.homes()
    for row, text, (uuid, _) in zip(layout.read_again(texts, context), texts, rows, strict=True):
        looked = people.look(row, homes, text.proxy)
        problems = [*row.problems, *looked.problems]
        kept = as_json(keys, uuid, problems, row.cells, layout) if problems else []
        if row.is_bad or looked.is_bad:
            yield None, kept
        else:
            yield people.person_of(row, looked, context.resolve_place, titles), kept


def against(
    keys: KeyRing, uuid: UUID, person: Person, record: KnownPerson, words: Words, layout: Layout, office: Office
) -> tuple[Compared, PersonFacts]:
    """What a row changes in a record, and the facts as they will be."""
    before = bulk.facts_of(keys, record)
    facts = bulk.merged(before, person.facts, person.silent)
    changes: dict[str, Any] = dict(records.differences(before, facts))
    problems: list[Problem] = []
    if not office.homes().is_inside(before.locality_code):
        problems.append(Problem("error", "township", "", "listed_in_other_place", {}))
    if record.left_on is not None:
        if record.left_reason == UNDONE:
            changes["on_list"] = [False, True]
        else:
            day = record.left_on.isoformat()
            problems.append(Problem("error", "id_no", "", "left_the_list", {"day": day}))
    said, question = _news(person.said, record.id, words)
    if said is not None:
        changes["statement"] = [_brief(words.own), [said.stated_on.isoformat(), said.scope]]
    if question is not None:
        problems.append(question)
    return Compared(changes, as_json(keys, uuid, problems, {}, layout), said), facts


def _news(said: Said | None, labourer_id: int, words: Words) -> tuple[Said | None, Problem | None]:
    """The statement if it says something new, and what to say if it contradicts the last one without being later."""
    if said is None:
        return None, None
    if said.proxy:
        return (said if words.proxy_on is None or said.stated_on > words.proxy_on else None), None
    if words.own is None or is_news(words.own, statement_of(labourer_id, said, {})):
        return said, None
    if said.scope != words.own.scope and said.stated_on == words.own.stated_on:
        return None, Problem("ask", "stated_on", "", "statement_not_later", {"day": words.own.stated_on.isoformat()})
    return None, None


def _brief(word: LastWord | None) -> list[str] | None:
    """What stood before, for the office that looks at its sheet; a no is not told (V4)."""
    if word is None or word.scope == "not_now" or word.withdrawn_on is not None:
        return None
    return [word.stated_on.isoformat(), word.scope]


def statement_of(labourer_id: int, said: Said, users: Mapping[str, int]) -> Statement:
    """The statement as it is written down; ``users`` are the office's own people by name."""
    return Statement(
        labourer_id,
        said.scope,
        said.stated_on,
        "proxy" if said.proxy else "register_row",
        recorder=said.recorder,
        recorder_user_id=users.get(said.recorder),
        proxy_relation=said.proxy,
    )


def tokens_of(keys_from: KeySource) -> Callable[[str], list[int]]:
    """The maker of search tokens; it remembers what it has hashed."""
    return records.token_maker(keys_from) if isinstance(keys_from, KeyRing) else _remembered_tokens(keys_from)


@lru_cache(maxsize=2)
def _remembered_tokens(key_file: Path) -> Callable[[str], list[int]]:
    return records.token_maker(keys_in(key_file))
