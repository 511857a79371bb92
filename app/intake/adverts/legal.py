"""Legal warning signs in an advert: rules in data/legal_signs.yaml, each hit with its words, and how overtime shows.

A rule of effect ``block`` names what a vacancy cannot open with; ``flag`` asks somebody to look. Nothing here decides
about a vacancy: the words are shown, with the clause and how to mend it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from app.intake.adverts.parts import Advert, Part, cut
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

SIGNS_FILE = Path(__file__).parent / "data" / "legal_signs.yaml"
STANDARD_WEEK = Decimal(40)
WEEKS_MONTH = Decimal(52) / Decimal(12)
LAWFUL_OVERTIME = Decimal(36)  # hours a month: 劳动法 41
PAID_HOURS_MONTH = Decimal(174)
REST_DAY_FACTOR = Decimal(2)  # overtime paid best: the fewest hours that can explain the pay

HEARSAY = re.compile("(?<!不是)骗子|骗人|骗钱|千万别|谨防|当心|小心被|别上当|举报")
"""A clause with these words tells what others do."""
ENDS, CLAUSES = "。!?;\n", ","

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
    across: tuple[re.Pattern[str], ...] = ()
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
        check_keys(where, entry, required=texts, optional=("words", "across", "unless", "strip"))
        if entry["effect"] not in {"block", "flag"} or entry["code"] in found:
            raise DataFileError(f"{where}: the effect is block or flag, and a code stands once")
        found[entry["code"]] = Rule(
            **{key: entry[key] for key in texts},
            words=_patterns(entry, "words"),
            across=_patterns(entry, "across"),
            unless=_patterns(entry, "unless"),
            strip=entry.get("strip", False),
        )
    return found


def _patterns(entry: dict[str, Any], key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in entry.get(key, ()))


def legal_signs(text: str) -> list[LegalSign]:
    """The warning signs in any text of a vacancy."""
    advert = cut(text)
    return signs_in(advert, advert.parts)


def signs_in(advert: Advert, parts: Sequence[Part]) -> list[LegalSign]:
    """Every rule of words that applies to one of the parts, or across the parts of a sentence, once per rule and place;
    only signs that lie in one of the parts, at least partly."""
    sentences = {_sentence(advert.folded, part) for part in parts}
    found = [_in_part(advert, part, rule) for part in parts for rule in _all()]
    found += [_in_sentence(advert, *span, rule) for span in sentences for rule in _all()]
    signs = [sign for sign in found if sign and any(sign.start < part.end and part.start < sign.end for part in parts)]
    own = [sign for sign in signs if not HEARSAY.search(_clauses(advert.folded, sign.start, sign.end))]
    return sorted(_widest(own), key=lambda sign: (sign.start, sign.rule.code))


def _clauses(text: str, start: int, end: int) -> str:
    """The whole clauses that some words lie in: no further, or a warning beside them would hide what is asked for."""
    first = max(text.rfind(stop, 0, start) for stop in CLAUSES + ENDS) + 1
    ends = [place for stop in CLAUSES + ENDS if (place := text.find(stop, end)) >= 0]
    return text[first : min(ends, default=len(text))]


@cache
def _all() -> tuple[Rule, ...]:
    return tuple(rule for rule in rules().values() if rule.words)


def _widest(signs: Iterable[LegalSign]) -> list[LegalSign]:
    """Of signs of one rule that overlap, the first."""
    kept: list[LegalSign] = []
    for sign in sorted(signs, key=lambda one: (one.start, -one.end)):
        if not any(one.rule is sign.rule and sign.start < one.end for one in kept):
            kept.append(sign)
    return kept


def _sentence(text: str, part: Part) -> tuple[int, int]:
    """Where the sentence a part stands in begins and ends."""
    first = max((text.rfind(stop, 0, part.start) for stop in ENDS), default=-1) + 1
    after = [place for stop in ENDS if (place := text.find(stop, part.end)) >= 0]
    return first, min(after, default=len(text))


def _in_part(advert: Advert, part: Part, rule: Rule) -> LegalSign | None:
    """The first words of a part that show a rule, if nothing in it speaks against it."""
    words = advert.of(part)
    if any(pattern.search(words) for pattern in rule.unless):
        return None
    for pattern in rule.words:
        match = pattern.search(words)
        if match and match.end() > match.start():
            return _sign(advert, rule, part.start + match.start(), part.start + match.end())
    return None


def _in_sentence(advert: Advert, first: int, last: int, rule: Rule) -> LegalSign | None:
    """The first words of a sentence that show a rule across its clauses, if nothing in these speaks against it."""
    for pattern in rule.across:
        for match in pattern.finditer(advert.folded, first, last):
            clauses = _clauses(advert.folded, match.start(), match.end())
            if not any(against.search(clauses) for against in rule.unless):
                return _sign(advert, rule, match.start(), match.end())
    return None


def _sign(advert: Advert, rule: Rule, start: int, end: int) -> LegalSign:
    return LegalSign(rule, start, end, advert.text[start:end])


def overtime_of_week(hours_week: Decimal) -> Decimal:
    """Hours of overtime a month that a week of so many hours brings."""
    return max(Decimal(0), (hours_week - STANDARD_WEEK) * WEEKS_MONTH)


def overtime_of_pay(base_month: Decimal, total_month: Decimal) -> Decimal:
    """The least hours of overtime a month that explain pay above the base: all of it paid double."""
    hour = base_month / PAID_HOURS_MONTH
    return max(Decimal(0), (total_month - base_month) / (hour * REST_DAY_FACTOR))
