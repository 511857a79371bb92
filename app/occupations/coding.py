"""Titles in, readings out: what ``duijie code-titles`` writes, one object per line."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from app.occupations import adapter
from app.occupations.families import trade_families
from app.occupations.reference import classification

BATCH = 20_000


def code_titles(
    lines: Iterable[str], *, remembered: Mapping[str, adapter.Decision] | None = None
) -> Iterator[dict[str, Any]]:
    """One JSON-ready reading per line, in order, as they are read; an empty line gives an undecided reading."""
    stripped = (line.strip() for line in lines)
    while batch := list(islice(stripped, BATCH)):
        for text, reading in zip(batch, adapter.code(batch, remembered=remembered), strict=True):
            yield as_json(text, reading)


def as_json(text: str, reading: adapter.CodedTitle) -> dict[str, Any]:
    """A reading with the names of its codes."""
    return {
        "text": text,
        **_codes(reading.family, reading.occupation),
        "confidence": reading.confidence,
        "decided": reading.decided,
        "remembered": reading.remembered,
        "alternatives": [
            {**_codes(other.family, other.occupation), "confidence": other.confidence} for other in reading.alternatives
        ],
    }


def _codes(family: str | None, occupation: str | None) -> dict[str, Any]:
    families, known = trade_families(), classification()
    return {
        "trade_family": family,
        "trade_family_name": families[family].zh if family and family in families else None,
        "occupation_code": occupation,
        "occupation_name": known.name(occupation) if occupation else None,
    }
