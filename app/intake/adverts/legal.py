"""Legal warning signs in an advert: rules in data/legal_signs.yaml, each hit with its words, and how overtime shows.

A rule of effect ``block`` names what a vacancy cannot open with; ``flag`` asks somebody to look. Nothing here decides
about a vacancy: the words are shown, with the clause and how to mend it. How a denial or a warning is read stands in
``excuses``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from app.intake.adverts import excuses
from app.intake.adverts.excuses import Span
from app.intake.adverts.keys import Keyed, keyed, signs_of
from app.intake.adverts.parts import Advert, Part
from app.intake.adverts.plain import plain
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

DATA = Path(__file__).parent / "data"
SIGNS_FILE, WORDS_FILE = DATA / "legal_signs.yaml", DATA / "legal_words.yaml"
TEXTS = ("code", "effect", "clause", "zh", "en", "mend_zh", "mend_en")
SEARCHED = ("words", "across", "settings", "topics")
PATTERNS = ("excused", "elsewhere", "settled", "answered", "nameless", "grounds", "grounds_behind")
STANDARD_WEEK = Decimal(40)
WEEKS_MONTH = Decimal(52) / Decimal(12)
LAWFUL_OVERTIME = Decimal(36)  # hours a month: 劳动法 41
PAID_HOURS_MONTH = Decimal(174)
REST_DAY_FACTOR = Decimal(2)  # overtime paid best: the fewest hours that can explain the pay

SENTENCE = re.compile(r"(?:[^。;!?\n]|\?(?=\s*(?:(?:答|a\d*|回复?)\s*:|(?:都|一律|暂时?|目前)?[不没无要是收对有])))+")
"""A question stands in one sentence with the short answer behind it."""
CLAUSE = re.compile(r"[^,。;!?\n|]+")
NAMED_WITHIN = 24
"""Characters before a charge without a name in which another rule may have named what it is for."""
BESIDE = 6
"""Characters around a hit that may still name what is asked for."""
NAMED = re.compile(r"<(\w+)>")

Effect = Literal["block", "flag"]
Patterns = tuple[re.Pattern[str], ...]
Searches = tuple[Keyed, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One warning sign: what it is, which law, what to do about it, and the patterns that show it.

    ``words`` lie in one clause, ``across`` in one sentence; one of ``topics`` shows the rule where one of ``settings``
    stands anywhere in the text. ``excused``, ``settled`` and ``answered`` say what lets a hit pass: see ``excuses``.
    A hit that holds words of ``elsewhere`` is another rule's matter; ``grounds`` before it in its sentence, or
    ``grounds_behind`` right after it, set it right: the law itself that bars a post, a bounty for who recommends.
    A hit of ``nameless`` does not say what is charged: it is left to the rule that found it named close before.
    """

    code: str
    effect: Effect
    clause: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    words: Searches = field(default=(), repr=False)
    across: Searches = field(default=(), repr=False)
    settings: Searches = field(default=(), repr=False)
    topics: Searches = field(default=(), repr=False)
    excused: Patterns = field(default=(), repr=False)
    elsewhere: Patterns = field(default=(), repr=False)
    settled: Patterns = field(default=(), repr=False)
    answered: Patterns = field(default=(), repr=False)
    nameless: Patterns = field(default=(), repr=False)
    grounds: Patterns = field(default=(), repr=False)
    grounds_behind: Patterns = field(default=(), repr=False)
    strip: bool = False
    charge: bool = False

    def text(self, locale: str) -> str:
        """What is wrong, in a language."""
        return self.zh if locale.startswith("zh") else self.en

    def mend(self, locale: str) -> str:
        """How to mend it, in a language."""
        return self.mend_zh if locale.startswith("zh") else self.mend_en


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the plain text: where it begins, and the characters in it."""

    start: int
    text: str
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class LegalSign:
    """A rule that applies, with the words that show it."""

    rule: Rule
    start: int
    end: int
    words: str


@cache
def rules() -> dict[str, Rule]:
    """The shipped rules by code. Raises DataFileError for an unknown key, effect or word list, or a code twice."""
    found: dict[str, Rule] = {}
    lists = load_strict(WORDS_FILE)
    for entry in load_strict(SIGNS_FILE):
        where = f"{SIGNS_FILE.name}: {entry.get('code', '?')}"
        check_keys(where, entry, required=TEXTS, optional=(*SEARCHED, *PATTERNS, "strip", "charge"))
        if entry["effect"] not in {"block", "flag"} or entry["code"] in found:
            raise DataFileError(f"{where}: the effect is block or flag, and a code stands once")
        patterns = {key: _patterns(entry.get(key, ()), lists, where) for key in PATTERNS}
        searches = {key: tuple(map(keyed, _patterns(entry.get(key, ()), lists, where))) for key in SEARCHED}
        given: dict[str, Any] = {key: entry[key] for key in TEXTS} | patterns | searches
        found[entry["code"]] = Rule(**given, **{key: entry.get(key, False) for key in ("strip", "charge")})
    return found


def _patterns(given: Iterable[str], lists: dict[str, Any], where: str) -> Patterns:
    return tuple(re.compile(_expanded(pattern, lists, where)) for pattern in given)


def _expanded(pattern: str, lists: dict[str, Any], where: str) -> str:
    """A pattern with each <name> replaced by that list of words as one group; lists may name lists."""

    def put(match: re.Match[str]) -> str:
        if match[1] not in lists:
            raise DataFileError(f"{where}: no list of words <{match[1]}> in {WORDS_FILE.name}")
        return "(?:" + "|".join(_expanded(word, lists, where) for word in lists[match[1]]) + ")"

    return NAMED.sub(put, pattern)


def legal_signs(text: str) -> list[LegalSign]:
    """The warning signs in any text of a vacancy, in the order they stand, with the words as they were written."""
    return list(_signs(text))


def signs_in(advert: Advert, parts: Sequence[Part]) -> list[LegalSign]:
    """The signs of an advert that lie in one of the parts, at least partly."""
    return [sign for sign in _signs(advert.text) if any(sign.start < one.end and one.start < sign.end for one in parts)]


@lru_cache(maxsize=64)
def _signs(text: str) -> tuple[LegalSign, ...]:
    read = plain(text)
    whole = _stretch(read.text, (0, len(read.text)))
    clauses, sentences = (
        [_stretch(read.text, match.span()) for match in bounds.finditer(read.text)] for bounds in (CLAUSE, SENTENCE)
    )
    found: list[tuple[Rule, Span]] = []
    for rule in rules().values():
        across = (*rule.across, *(rule.topics if _settings_hold(whole, rule) else ()))
        hits = chain(_hits(whole, clauses, rule.words, rule), _hits(whole, sentences, across, rule))
        found += [(rule, hit) for hit in _apart(hits)]
    signs = [(rule, read.origin(*hit)) for rule, hit in found if not _named_elsewhere(read.text, rule, hit, found)]
    told = [LegalSign(rule, start, end, text[start:end]) for rule, (start, end) in signs]
    return tuple(sorted(told, key=lambda sign: (sign.start, sign.rule.code)))


def _named_elsewhere(text: str, rule: Rule, hit: Span, found: Iterable[tuple[Rule, Span]]) -> bool:
    """Whether a charge without a name is for what another rule found close before it, or in it."""
    return _nameless(text, rule, hit) and any(
        other.charge and not _nameless(text, other, span) and span[0] < hit[1] and hit[0] <= span[1] + NAMED_WITHIN
        for other, span in found
    )


def _nameless(text: str, rule: Rule, hit: Span) -> bool:
    return any(pattern.search(text[slice(*hit)]) for pattern in rule.nameless)


def _stretch(text: str, span: Span) -> Stretch:
    cut = text[span[0] : span[1]]
    return Stretch(span[0], cut, signs_of(cut))


def _hits(whole: Stretch, stretches: Sequence[Stretch], searches: Searches, rule: Rule) -> Iterator[Span]:
    """Where one of the stretches of a text shows a rule and nothing excuses it."""
    for search in searches:
        if not search.may_match(whole.signs):
            continue
        for stretch in stretches:
            if not search.may_match(stretch.signs):
                continue
            # A clause is cut out, so that ^ and $ mean its ends; places are counted from its beginning.
            for match in search.pattern.finditer(stretch.text):
                hit = (stretch.start + match.start(), stretch.start + match.end())
                told = stretch.text[max(0, match.start() - BESIDE) : match.end() + BESIDE]
                if any(other.search(told) for other in rule.elsewhere) or _grounded(whole.text, hit, rule):
                    continue
                if hit[1] > hit[0] and not excuses.excused(whole.text, hit, rule):
                    yield hit


def _grounded(text: str, hit: Span, rule: Rule) -> bool:
    """Whether what stands before the hit in its sentence, or right behind it, sets it right."""
    first = max(text.rfind(stop, 0, hit[0]) for stop in excuses.STOPS) + 1
    before = any(ground.search(text[first : hit[0]]) for ground in rule.grounds)
    return before or any(ground.match(text, hit[1]) for ground in rule.grounds_behind)


def _settings_hold(whole: Stretch, rule: Rule) -> bool:
    """Whether one of the settings is stated, and not denied."""
    for search in rule.settings:
        for match in search.pattern.finditer(whole.text) if search.may_match(whole.signs) else ():
            if not excuses.excused(whole.text, match.span(), rule):
                return True
    return False


def _apart(hits: Iterable[Span]) -> list[Span]:
    """Of hits that overlap, the first and longest."""
    kept: list[Span] = []
    for hit in sorted(hits, key=lambda one: (one[0], -one[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def overtime_of_week(hours_week: Decimal) -> Decimal:
    """Hours of overtime a month that a week of so many hours brings."""
    return max(Decimal(0), (hours_week - STANDARD_WEEK) * WEEKS_MONTH)


def overtime_of_pay(base_month: Decimal, total_month: Decimal) -> Decimal:
    """The least hours of overtime a month that explain pay above the base: all of it paid double."""
    hour = base_month / PAID_HOURS_MONTH
    return max(Decimal(0), (total_month - base_month) / (hour * REST_DAY_FACTOR))
