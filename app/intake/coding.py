"""The titles and trades of a sheet coded in one go: to be sent to a process of its own, which builds the coder once."""

from collections.abc import Mapping, Sequence

from app.intake.titles import Coding
from app.occupations import adapter

MILLIONTHS = 1_000_000


def prepare() -> None:
    """Build the coder of this process, which takes seconds: to be sent ahead of the first titles."""
    adapter.coder()


def code_titles(titles: Sequence[str], decisions: Sequence[tuple[str, str | None, str | None]]) -> dict[str, Coding]:
    """What each title means; what people decided wins. A vacancy's title may have its employer behind a line break."""
    parts = [title.partition("\n") for title in titles]
    readings = adapter.code(
        [title for title, _, _ in parts],
        contexts=[employer for _, _, employer in parts],
        remembered=adapter.remember(decisions),
    )
    return {title: _coding(reading) for title, reading in zip(titles, readings, strict=True)}


def with_decisions(
    titles: Mapping[str, Coding], decisions: Sequence[tuple[str, str | None, str | None]]
) -> dict[str, Coding]:
    """Codings with what people have decided since they were made."""
    decided = adapter.remember(decisions)
    keys = {title: adapter.title_key(title.partition("\n")[0]) for title in titles}
    return {
        title: (decided[key].family, decided[key].occupation, None) if (key := keys[title]) in decided else coding
        for title, coding in titles.items()
    }


def _coding(reading: adapter.CodedTitle) -> Coding:
    if reading.remembered:
        return reading.family, reading.occupation, None
    confidence = round(reading.confidence * MILLIONTHS)
    return (reading.family, reading.occupation, confidence) if reading.decided else (None, None, confidence)
