"""The vocabulary of headers, read from ``data/header_words.yaml`` and unfolded once."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.intake.fields import fields
from app.intake.reading.header_text import take_apart
from app.shared.strict_yaml import DataFileError, load_strict

DATA: Final = Path(__file__).parents[1] / "data" / "header_words.yaml"
UNUSED: Final = "unused"
EXPLICIT: Final = 1.0
GENERATED: Final = 0.96

_SLOT: Final = re.compile(r"\{(\w+)(\?)?\}")
_HARMLESS: Final = re.compile(r"的|及|与|和|之|所|目前|当前|具体|填写|相关|[/、,\-()]|现(?!居|住)")


@dataclass(frozen=True)
class UnitRule:
    """A header that is clear only with one of these units."""

    field: str
    units: frozenset[str]


@dataclass(frozen=True)
class BesideRule:
    """A header that is clear only beside other columns, and only while others are missing."""

    field: str
    beside: frozenset[str]
    unless: frozenset[str]


@dataclass
class HeaderWords:
    """Words by kind of sheet: ``words["demand"]["务工地点"] == ("work_place", 0.96)``."""

    words: dict[str, dict[str, tuple[str, float]]]
    skeletons: dict[str, dict[str, str]]
    units: dict[str, dict[str, UnitRule]]
    beside: dict[str, dict[str, BesideRule]]
    unused: frozenset[str]
    other_sheets: frozenset[str]
    other_sheet_pattern: re.Pattern[str]
    forbidden: dict[str, re.Pattern[str]]
    owners: dict[str, frozenset[str]]
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def header_words() -> HeaderWords:
    """The shipped vocabulary."""
    return load_header_words(DATA)


def load_header_words(path: Path) -> HeaderWords:
    """Raises DataFileError where one word would mean two fields of one kind of sheet."""
    content = load_strict(path)
    lists = {name: [str(word) for word in words] for name, words in content["lists"].items()}
    words: dict[str, dict[str, tuple[str, float]]] = {"demand": {}, "supply": {}}
    shared = _add_shared(words, content["shared"])
    for explicit in (True, False):  # what is written out wins over what is generated
        for key, patterns in content["fields"].items():
            _add_field(words, key, [p for p in patterns if ("{" not in p) is explicit], lists, explicit)
    unused = frozenset(_comparable(word) for word in _unfold([*content["unused"], *content["unused_patterns"]], lists))
    return HeaderWords(
        words=words,
        skeletons={kind: _skeletons(known) for kind, known in words.items()},
        units=_by_kind(content["units"], lambda rule: UnitRule(rule["field"], frozenset(rule["units"]))),
        beside=_by_kind(content["beside"], _beside_rule),
        unused=unused,
        other_sheets=frozenset(_comparable(word) for word in content["other_sheets"]),
        other_sheet_pattern=re.compile(content["other_sheet_patterns"]),
        forbidden={key: re.compile(pattern) for key, pattern in content["forbidden_patterns"].items()},
        owners={
            name: frozenset(map(_comparable, lists[name])) for name in ("head", "helper", "kin", "broker", "legal")
        },
        shared=shared,
    )


def _beside_rule(rule: Mapping[str, Any]) -> BesideRule:
    return BesideRule(rule["field"], frozenset(rule["beside"]), frozenset(rule.get("unless", ())))


def _kinds(key: str) -> tuple[str, ...]:
    known = fields().get(key)
    if known is None:
        raise DataFileError(f"{DATA.name}: no field is called {key!r}")
    return ("demand", "supply") if known.sheet == "both" else (known.sheet,)


def _by_kind(rules: Mapping[str, Mapping[str, Any]], build: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"demand": {}, "supply": {}}
    for word, rule in rules.items():
        for kind in _kinds(rule["field"]):
            found[kind][_comparable(word)] = build(rule)
    return found


def _add_shared(
    words: dict[str, dict[str, tuple[str, float]]], shared: Mapping[str, list[str]]
) -> dict[str, tuple[str, ...]]:
    """Columns for two fields: the word leads to the first, ``shared`` names both."""
    together: dict[str, tuple[str, ...]] = {}
    for keys, texts in shared.items():
        both = tuple(keys.split("+"))
        main = both[-1] if both[0] == "v_contact" else both[0]
        for text in texts:
            together[_comparable(text)] = both
        _claim(words, main, texts, EXPLICIT)
    return together


def _add_field(
    words: dict[str, dict[str, tuple[str, float]]],
    key: str,
    patterns: list[str],
    lists: Mapping[str, list[str]],
    explicit: bool,
) -> None:
    if explicit:
        _claim(words, key, patterns, EXPLICIT)
        return
    for kind in _kinds(key):
        for word in _unfold(patterns, lists):
            words[kind].setdefault(_comparable(word), (key, GENERATED))


def _claim(words: dict[str, dict[str, tuple[str, float]]], key: str, texts: Iterable[str], confidence: float) -> None:
    for kind in _kinds(key):
        for text in texts:
            word = _comparable(text)
            holder = words[kind].setdefault(word, (key, confidence))[0]
            if holder != key:
                raise DataFileError(f"{DATA.name}: {text!r} stands under {holder} and {key}")


def _unfold(patterns: Iterable[str], lists: Mapping[str, list[str]]) -> Iterable[str]:
    for pattern in patterns:
        slots = _SLOT.findall(pattern)
        choices = [[*lists[name], *([""] if optional else [])] for name, optional in slots]
        frame = _SLOT.sub("{}", pattern)
        for chosen in itertools.product(*choices):
            yield frame.format(*chosen)


def _comparable(word: str) -> str:
    return take_apart(str(word)).full


def skeleton(text: str) -> str:
    """The text without words that never change what a header means."""
    return _HARMLESS.sub("", text)


def _skeletons(words: Mapping[str, tuple[str, float]]) -> dict[str, str]:
    """Skeleton → field where all words of that skeleton agree."""
    found: dict[str, str] = {}
    disputed: set[str] = set()
    for word, (key, _) in words.items():
        bones = skeleton(word)
        if len(bones) >= 2 and found.setdefault(bones, key) != key:
            disputed.add(bones)
    return {bones: key for bones, key in found.items() if bones not in disputed}
