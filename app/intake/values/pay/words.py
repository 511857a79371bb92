"""The words of pay texts, read once from data/words.yaml: which word names an amount, which a unit, which a bound."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS_FILE = Path(__file__).parent / "data" / "words.yaml"


@dataclass(frozen=True, slots=True)
class Label:
    """What a word says about the amount beside it."""

    role: str  # pay, base, total, trial, regular, extra, overtime, bounty, cost, benefit
    period: str | None = None
    piece: bool = False
    rate: bool = False  # usually said of an hour or a day, though the word does not say which
    all_in: bool = False
    pay_from: int = 0  # from this amount on the word names pay, below it a bonus: 满勤300, 满勤5500


@dataclass(frozen=True, slots=True)
class Word:
    """All a word can mean; the place it stands in decides which of it counts."""

    label: Label | None = None
    period: str | None = None
    measure: str | None = None
    marks: frozenset[str] = frozenset()


PASSING = Word()


@cache
def lexicon() -> dict[str, Word]:
    """Every known word. A word listed under several heads keeps all its meanings."""
    lists: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    found: dict[str, Word] = dict.fromkeys(lists["passing"], PASSING)
    for entry in lists["labels"]:
        label = Label(
            role=entry["role"],
            period=entry.get("period"),
            piece=entry.get("piece", False),
            rate=entry.get("usual") == "rate",
            all_in=entry.get("all_in", False),
            pay_from=entry.get("pay_from", 0),
        )
        for word in entry["words"]:
            found[word] = replace(found.get(word, PASSING), label=label)
    for period, words in lists["periods"].items():
        for word in words:
            found[word] = replace(found.get(word, PASSING), period=period)
    for measure, words in lists["measures"].items():
        for word in words:
            found[word] = replace(found.get(word, PASSING), measure=measure)
    for mark, words in lists["marks"].items():
        for word in words:
            known = found.get(word, PASSING)
            found[word] = replace(known, marks=known.marks | {mark})
    return found


@cache
def longest_word() -> int:
    """The length of the longest known word, in characters."""
    return max(map(len, lexicon()))
