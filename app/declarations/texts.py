"""The texts people say yes to: dated, versioned, in both languages, and never edited once in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.declarations.models import PURPOSES
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

DATA = Path(__file__).parent / "data" / "consent_texts.yaml"
LANGUAGES = ("zh_Hans", "en")
_KEYS = ("purpose", "version", "from", "days", "zh", "en")


@dataclass(frozen=True)
class ConsentWords:
    """One version of what is asked for one purpose. ``days``: how long a yes holds, None: as the statement does."""

    purpose: str
    version: str
    from_on: date
    days: int | None
    bodies: Mapping[str, str]  # by language

    def body(self, language: str) -> str:
        """The text as shown in that language."""
        return self.bodies[language]


def load_texts(path: Path = DATA) -> dict[str, tuple[ConsentWords, ...]]:
    """Every version by purpose, oldest first. Raises DataFileError naming what is wrong."""
    content = load_strict(path)
    if not isinstance(content, list):
        raise DataFileError(f"{path.name}: expected a list of texts")
    found: dict[str, list[ConsentWords]] = {purpose: [] for purpose in PURPOSES}
    for position, entry in enumerate(content):
        words = _read(f"{path.name}: {position}", entry)
        before = found[words.purpose]
        if before and before[-1].from_on >= words.from_on:
            raise DataFileError(f"{path.name}: {position}: later versions stand after earlier ones")
        if words.version in {one.version for one in before}:
            raise DataFileError(f"{path.name}: {position}: version {words.version} of {words.purpose} stands twice")
        before.append(words)
    if missing := [purpose for purpose, versions in found.items() if not versions]:
        raise DataFileError(f"{path.name}: no text for {', '.join(missing)}")
    return {purpose: tuple(versions) for purpose, versions in found.items()}


def _read(where: str, entry: Any) -> ConsentWords:
    check_keys(where, entry, required=_KEYS)
    if entry["purpose"] not in PURPOSES:
        raise DataFileError(f"{where}: the purpose {entry['purpose']!r} is not one of {', '.join(PURPOSES)}")
    if not isinstance(entry["version"], str) or not isinstance(entry["from"], date):
        raise DataFileError(f"{where}: version is text in quotes, from is a day such as 2026-01-01")
    if entry["days"] is not None and not (isinstance(entry["days"], int) and 0 < entry["days"] <= 366):
        raise DataFileError(f"{where}: days is a number from 1 to 366, or null")
    bodies = {"zh_Hans": entry["zh"], "en": entry["en"]}
    if not all(isinstance(body, str) and body.strip() for body in bodies.values()):
        raise DataFileError(f"{where}: both languages need their text")
    return ConsentWords(entry["purpose"], entry["version"], entry["from"], entry["days"], bodies)


@lru_cache(maxsize=1)
def consent_texts() -> Mapping[str, tuple[ConsentWords, ...]]:
    """The shipped texts, read once."""
    return load_texts()


def text_on(purpose: str, day: date) -> ConsentWords:
    """What a person is asked on that day. Raises LookupError before the first version."""
    for words in reversed(consent_texts()[purpose]):
        if words.from_on <= day:
            return words
    raise LookupError(f"no text for {purpose} on {day}")
