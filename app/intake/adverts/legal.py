"""Legal warning signs in an advert: rules in data/legal_signs.yaml, each hit with its words, and how overtime shows.

A rule of effect ``block`` names what a vacancy cannot open with; ``flag`` asks somebody to look. Nothing here decides
about a vacancy: the words are shown, with the clause and how to mend it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from app.intake.adverts.parts import Advert, Part, cut
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

SIGNS_FILE = Path(__file__).parent / "data" / "legal_signs.yaml"
STANDARD_WEEK = Decimal(40)
WEEKS_MONTH = Decimal(52) / Decimal(12)
LAWFUL_OVERTIME = Decimal(36)  # hours a month: 劳动法 41
PAID_HOURS_MONTH = Decimal(174)
REST_DAY_FACTOR = Decimal(2)  # overtime paid best: the fewest hours that can explain the pay

Effect = Literal["block", "flag"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One warning sign: what it is, which law, what to do about it, and the patterns that show it."""

    code: str
    effect: Effect
    clause: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    words: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    strip: bool = False

    def text(self, locale: str) -> str:
        """What is wrong, in a language."""
        return self.zh if locale.startswith("zh") else self.en

    def mend(self, locale: str) -> str:
        """How to mend it, in a language."""
        return self.mend_zh if locale.startswith("zh") else self.mend_en


@dataclass(frozen=True, slots=True)
class LegalSign:
    """A rule that applies, with the words that show it."""

    rule: Rule
    start: int
    end: int
    words: str


@cache
def rules() -> dict[str, Rule]:
    """The shipped rules by code. Raises DataFileError for an unknown key, effect or a code given twice."""
    found: dict[str, Rule] = {}
    for entry in load_strict(SIGNS_FILE):
        where = f"{SIGNS_FILE.name}: {entry.get('code', '?')}"
        texts = ("code", "effect", "clause", "zh", "en", "mend_zh", "mend_en")
        check_keys(where, entry, required=texts, optional=("words", "unless", "strip"))
        if entry["effect"] not in {"block", "flag"} or entry["code"] in found:
            raise DataFileError(f"{where}: the effect is block or flag, and a code stands once")
        found[entry["code"]] = Rule(
            **{key: entry[key] for key in texts},
            words=tuple(re.compile(pattern) for pattern in entry.get("words", ())),
            unless=tuple(re.compile(pattern) for pattern in entry.get("unless", ())),
            strip=entry.get("strip", False),
        )
    return found


def legal_signs(text: str) -> list[LegalSign]:
    """The warning signs in any text of a vacancy."""
    advert = cut(text)
    return signs_in(advert, advert.parts)


def signs_in(advert: Advert, parts: Sequence[Part]) -> list[LegalSign]:
    """Every rule of words that applies to one of the parts, once per rule and part."""
    found = [sign for part in parts for rule in rules().values() for sign in _hit(advert, part, rule)]
    return sorted(found, key=lambda sign: (sign.start, sign.rule.code))


def _hit(advert: Advert, part: Part, rule: Rule) -> Iterator[LegalSign]:
    words = advert.of(part)
    if not rule.words or any(pattern.search(words) for pattern in rule.unless):
        return
    for pattern in rule.words:
        match = pattern.search(words)
        if match and match.end() > match.start():
            start, end = part.start + match.start(), part.start + match.end()
            yield LegalSign(rule, start, end, advert.text[start:end])
            return


def overtime_of_week(hours_week: Decimal) -> Decimal:
    """Hours of overtime a month that a week of so many hours brings."""
    return max(Decimal(0), (hours_week - STANDARD_WEEK) * WEEKS_MONTH)


def overtime_of_pay(base_month: Decimal, total_month: Decimal) -> Decimal:
    """The least hours of overtime a month that explain pay above the base: all of it paid double."""
    hour = base_month / PAID_HOURS_MONTH
    return max(Decimal(0), (total_month - base_month) / (hour * REST_DAY_FACTOR))
