"""Raw titles and trades of a sheet: which there are, and what the coding made of each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.intake.reading.rows import ParsedRow
from app.labourers.schemas import SkillFacts

Coding = tuple[str | None, str | None, int | None]
"""Trade family, occupation, confidence in millionths (None where a person decided); no codes below the threshold."""
Titles = Mapping[str, Coding]

UNCODED: Final[Coding] = (None, None, None)
_SINGLE: Final = ("trade", "certificate")
_SEVERAL: Final = ("skill", "wish_trade", "excluded_trades")


def titles_of_person(row: ParsedRow) -> Iterable[str]:
    """The titles and trades that a row of the demand list names."""
    values = row.values
    for key in _SEVERAL:
        yield from values.get(key) or ()
    for key in _SINGLE:
        if key in values:
            yield values[key]


def skill_of(title: str, titles: Titles, **more: Any) -> SkillFacts:
    """A skill with its codes as far as they are sure."""
    family, occupation, confidence = titles.get(title, UNCODED)
    return SkillFacts(title, trade_family=family, occupation_code=occupation, coding_confidence=confidence, **more)


def families_of(named: Iterable[str], titles: Titles) -> list[str]:
    """The trade families of what was named, in its order; what is not sure is left out and asked about."""
    found = (titles.get(title, UNCODED)[0] for title in named)
    return list(dict.fromkeys(family for family in found if family))


def post_title(title: str, employer: str) -> str:
    """A vacancy's title with its employer, whose name may tell the trade of unspecific labour."""
    return f"{title}\n{employer}"
