"""Candidates as brokers and employers see them: a pseudonym of their own, bands, nothing that names anyone (V7)."""

from typing import Any

from app.match_runs import present
from app.permissions import Actor
from app.shared.encryption import KeyRing

SMALLEST_GROUP = 5
BANDS = (200_000, 400_000, 600_000, 800_000)


def rows(keys: KeyRing, actor: Actor, found: list[Any]) -> list[dict[str, Any]]:
    """One line per candidate, in bands; none at all while they are fewer than five."""
    if len(found) < SMALLEST_GROUP:
        return []
    return [
        {
            "uuid": keys.pseudonym(actor.organisation_uuid, row.uuid),
            "name": keys.pseudonym(actor.organisation_uuid, row.uuid),
            "scores": [one | _band(one["value"]) for one in present.scores(row.Candidate)],
            "overall": _band(row.Candidate.score)["text"],
        }
        for row in found
    ]


def _band(value: int) -> dict[str, Any]:
    """The fifth a value lies in: its middle in millionths, for the bar, and its bounds in words."""
    fifth = sum(value >= edge for edge in BANDS)
    return {"value": 100_000 + 200_000 * fifth, "upto": None, "text": f"{0.2 * fifth:.1f}–{0.2 * (fifth + 1):.1f}"}
