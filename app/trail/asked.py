"""The filters of the trail as an address carries them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.errors import Invalid
from app.shared.bounds import day_typed
from app.shared.i18n import N_
from app.trail.queries import Filters


def _day(text: str, name: str) -> date | None:
    try:
        return day_typed(text) if text else None
    except ValueError as error:
        raise Invalid(
            N_("A day is written like 2026-11-21."), fields={name: N_("Write it like 2026-11-21.")}
        ) from error


def _subject(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(
            N_("A number is the long one in the address of a person's or a post's page."),
            fields={"subject": N_("Copy it from the address of the page.")},
        ) from error


def _filters(
    who: Annotated[str, Query(max_length=60, description="part of a login, a name or an office's name")] = "",
    act: Annotated[str, Query(max_length=60, description="code of an act, or own_word")] = "",
    kind: Annotated[str, Query(max_length=60, description="kind of subject")] = "",
    subject: Annotated[str, Query(max_length=60, description="UUID of a person, post, employer, sheet, run")] = "",
    since: Annotated[str, Query(max_length=10, description="first day")] = "",
    until: Annotated[str, Query(max_length=10, description="last day")] = "",
) -> Filters:
    return Filters(who, act, kind, _subject(subject.strip()), _day(since, "since"), _day(until, "until"))


FiltersAsked = Annotated[Filters, Depends(_filters)]
