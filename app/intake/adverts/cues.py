"""The words by which an advert is taken apart, read once from data/cues.yaml."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.shared.strict_yaml import check_keys, load_strict

CUES_FILE = Path(__file__).parent / "data" / "cues.yaml"
LISTS = (
    "verbs", "title_endings", "title_suffixes", "not_titles", "company_endings", "agency_words", "generic_names",
    "place_before", "contact_titles", "certificates", "insurance", "requirement_cues", "lodging", "no_lodging", "meals",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cues:
    """Labels by their field, and the other word lists by name, longest words first."""

    labels: dict[str, str]
    words: dict[str, tuple[str, ...]]

    def pattern(self, name: str) -> str:
        """The words of a list as alternatives of a regular expression."""
        return alternatives(self.words[name])


def alternatives(words: tuple[str, ...]) -> str:
    """The words, longest first, as one group of a regular expression, letters small as in folded text."""
    return "(?:" + "|".join(re.escape(word.lower()) for word in sorted(words, key=len, reverse=True)) + ")"


@cache
def cues() -> Cues:
    """The shipped cues."""
    content: dict[str, Any] = load_strict(CUES_FILE)
    check_keys(CUES_FILE.name, content, required=("labels", *LISTS))
    labels = {word.lower(): field for field, words in content["labels"].items() for word in words}
    return Cues(labels, {name: tuple(content[name]) for name in LISTS})
