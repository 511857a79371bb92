"""Candidates as brokers and employers see them: a pseudonym of their own, bands, nothing that names anyone (V7)."""

from typing import Any

from app.match_runs import present
from app.permissions import Actor, Permission
from app.shared.encryption import KeyRing
from app.shared.formats import number
from app.shared.i18n import lazy

SMALLEST_GROUP = 5
BANDS = (200_000, 400_000, 600_000, 800_000)


def rows(keys: KeyRing, actor: Actor, found: list[Any]) -> list[dict[str, Any]]:
    """One line per candidate, in bands; none at all while they are fewer than five."""
    if len(found) < SMALLEST_GROUP:
        return []
    lines = [(_fifth(row.Candidate.score), keys.pseudonym(actor.organisation_uuid, row.uuid), row) for row in found]
    # The best band first and, within one, by code name: the order tells nothing that is not shown.
    lines.sort(key=lambda line: (-line[0], line[1]))
    return [
        {
            "uuid": code,
            "name": code,
            "scores": [one | _band(one["value"]) for one in present.scores(row.Candidate)],
            "overall": _band(row.Candidate.score)["text"],
        }
        for _, code, row in lines
    ]


def count_of(actor: Actor, people: int) -> str:
    """How many suit a post: a group of fewer than five is not counted out to those who see no identities."""
    if people >= SMALLEST_GROUP or actor.may(Permission.LABOURERS_VIEW):
        return number(people)
    return str(lazy("fewer than %(n)s", n=SMALLEST_GROUP))


def _fifth(value: int) -> int:
    return sum(value >= edge for edge in BANDS)


def _band(value: int) -> dict[str, Any]:
    """The fifth a value lies in: its middle in millionths, for the bar, and its bounds in words."""
    fifth = _fifth(value)
    return {"value": 100_000 + 200_000 * fifth, "upto": None, "text": f"{0.2 * fifth:.1f}–{0.2 * (fifth + 1):.1f}"}
