"""The first reading of a part of a sheet, in a process of its own: sealed texts, problems, whom each row is about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID, uuid4

from app.intake import people, posts
from app.intake.layout import Layout, RowTexts
from app.intake.office import KeySource, Office, keys_in
from app.intake.parts import SheetPart
from app.intake.reading.rows import ParsedRow, Problem, SkippedRows, read_rows
from app.intake.row_texts import JsonProblem, as_json, seal_texts
from app.intake.titles import post_title, titles_of_person
from app.shared.encryption import KeyRing
from app.shared.memory import uncollected


class Seen(NamedTuple):
    """What the first look at a row gives."""

    problems: tuple[Problem, ...]
    key: str | None
    titles: Iterable[str]
    proxy: str | None = None


@dataclass(slots=True)
class StagedRow:
    """A row ready to be kept."""

    row_no: int
    uuid: UUID
    cells_cipher: bytes
    key_index: bytes | None
    problems: list[JsonProblem]


@dataclass
class Staged:
    """A part of a sheet after its first reading."""

    rows: list[StagedRow] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    skipped: list[tuple[int, str]] = field(default_factory=list)


@uncollected()
def stage(part: SheetPart, layout: Layout, office: Office, keys_from: KeySource) -> Staged:
    """Read a part: to be sent to a process of its own."""
    keys = keys_in(keys_from)
    skipped = SkippedRows()
    staged = Staged()
    see = SEE[layout.kind]
    for row in read_rows(part.sheet, part.block(), layout.mapping(), office.context(), skipped):
        seen = see(row, office)
        staged.titles.update(seen.titles)
        texts = RowTexts(row.cells, proxy=seen.proxy)
        staged.rows.append(_staged(keys, layout, row, seen, uuid4(), texts))
    staged.skipped = skipped.rows
    return staged


class AgainRow(NamedTuple):
    """A kept row with its texts as they are now."""

    row_no: int
    uuid: UUID
    texts: RowTexts


def stage_again(rows: Sequence[AgainRow], layout: Layout, office: Office, keys_from: KeySource) -> Staged:
    """The same for rows that a person has mended."""
    keys = keys_in(keys_from)
    staged = Staged()
    parsed = layout.read_again([row.texts for row in rows], office.context())
    for row, found in zip(rows, parsed, strict=True):
        read = found._replace(number=row.row_no)
        seen = SEE[layout.kind](read, office, row.texts.proxy)
        staged.titles.update(seen.titles)
        staged.rows.append(_staged(keys, layout, read, seen, row.uuid, row.texts))
    return staged


def _staged(keys: KeyRing, layout: Layout, row: ParsedRow, seen: Seen, uuid: UUID, texts: RowTexts) -> StagedRow:
    problems = [*map(_weighed, row.problems), *seen.problems]
    return StagedRow(
        row.number,
        uuid,
        seal_texts(keys, uuid, layout, texts),
        keys.blind_index(KEY_FIELDS[layout.kind], seen.key) if seen.key else None,
        as_json(keys, uuid, problems, row.cells, layout) if problems else [],
    )


def _weighed(problem: Problem) -> Problem:
    """A line that says the very same as an earlier one is not loaded a second time."""
    return problem._replace(level="error") if problem.code == "vacancy_repeated" else problem


def see_person(row: ParsedRow, office: Office, proxy: str | None = None) -> Seen:
    """Look at a row of the demand list."""
    proxy = proxy or people.proxy_of(row)
    looked = people.look(row, office.homes(), proxy)
    return Seen(looked.problems, row.values.get("id_no"), titles_of_person(row), proxy)


def see_post(row: ParsedRow, office: Office, proxy: str | None = None) -> Seen:  # noqa: ARG001 (one shape for both lists)
    """Look at a row of the supply list."""
    looked = posts.look(row, office.context().resolve_place)
    titles = (
        [post_title(row.values["v_title"], row.values["v_company"])] if not looked.is_bad and not row.is_bad else []
    )
    return Seen(looked.problems, looked.key, titles)


SEE: dict[str, Callable[..., Seen]] = {"demand": see_person, "supply": see_post}
KEY_FIELDS = {"demand": "id_no", "supply": "vacancy.source"}
