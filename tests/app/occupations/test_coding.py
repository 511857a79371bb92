"""How well titles are coded: on titles labelled by hand, and on the classification's own words left out."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import pytest

from app.occupations import adapter
from app.occupations.coding import code_titles
from app.occupations.families import synonyms, trade_families
from app.occupations.reference import classification
from matching import titles
from matching.normalise import comparable_word, split_alias

LABELLED = Path(__file__).parents[2] / "data" / "titles.jsonl"
LEVELS = {1: 1, 2: 4, 3: 7, 4: 10}


def labelled(name: str) -> list[dict[str, list[str] | str]]:
    """The titles of a set: ``first`` was written before the synonyms, ``later`` after them and never tuned on."""
    entries = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [entry for entry in entries if entry["set"] == name]


def agrees(code: str | None, wanted: Iterable[str], level: int) -> bool:
    length = LEVELS[level]
    return code is not None and any(code[:length] == one[:length] for one in wanted)


@pytest.mark.parametrize(
    ("name", "family", "small_group", "precision"), [("first", 0.95, 0.95, 0.98), ("later", 0.85, 0.8, 0.9)]
)
def test_accuracy_on_titles_labelled_by_hand(name: str, family: float, small_group: float, precision: float) -> None:
    entries = labelled(name)
    readings = adapter.code([str(entry["title"]) for entry in entries])
    right = Counter[str]()
    for entry, reading in zip(entries, readings, strict=True):
        right["family"] += reading.family in entry["families"]
        for level in LEVELS:
            right[f"level {level}"] += agrees(reading.occupation, entry["codes"], level)
        right["decided"] += reading.decided
        right["decided right"] += reading.decided and agrees(reading.occupation, entry["codes"], 3)
    shares = {what: round(count / len(entries), 3) for what, count in right.items()}
    print(f"\ntitles {name}, n = {len(entries)}: {shares}")  # noqa: T201 (the figure is what the test is for)
    assert shares["family"] >= family
    assert shares["level 3"] >= small_group
    assert right["decided right"] / right["decided"] >= precision


def test_confidence_means_what_it_says_on_words_left_out() -> None:
    """Every sixth alias is taken out of the classification and of the synonyms, then coded as if never seen."""
    aliases = [(alias, entry.code) for entry in classification().entries for alias in entry.aliases]
    held = aliases[::6]
    wanted: dict[str, set[str]] = {}
    for alias, code in aliases:
        wanted.setdefault(alias, set()).add(code)
    coder = coder_without({word for alias, _ in held for word in words_of(alias)})
    answers = list(zip([alias for alias, _ in held], coder.code([alias for alias, _ in held]), strict=True))
    shares = {
        level: sum(agrees(reading.occupation, wanted[alias], level) for alias, reading in answers) / len(held)
        for level in LEVELS
    }
    sure = [(alias, reading) for alias, reading in answers if reading.decided]
    precision = sum(agrees(reading.occupation, wanted[alias], 3) for alias, reading in sure) / len(sure)
    print(  # noqa: T201 (the figure is what the test is for)
        f"\naliases left out, n = {len(held)}: {shares}; decided {len(sure)}, right to the small group {precision:.3f}"
    )
    assert shares[1] >= 0.75
    assert shares[3] >= 0.52
    assert precision >= 0.7
    unsure = [(alias, reading) for alias, reading in answers if reading.confidence < 0.4]
    assert sum(agrees(reading.occupation, wanted[alias], 3) for alias, reading in unsure) / len(unsure) <= 0.45


def words_of(alias: str) -> set[str]:
    return {comparable_word(alias), *split_alias(alias)}


def coder_without(words: set[str]) -> titles.TitleCoder:
    occupations = [
        titles.Occupation(
            entry.code, entry.name, tuple(alias for alias in entry.aliases if not words_of(alias) & words), entry.terms
        )
        for entry in classification().entries
    ]
    families = [
        titles.TradeFamily(family.code, family.keywords, family.occupations, family.general, family.shared)
        for family in trade_families().values()
    ]
    known = {
        code: tuple(word for word in group if comparable_word(word) not in words)
        for code, group in synonyms().words.items()
    }
    general = titles.GeneralLabour(synonyms().general_code, synonyms().general_words)
    return titles.TitleCoder(occupations, families, known, general)


def test_a_hundred_thousand_titles_of_a_register_take_seconds() -> None:
    bare = [str(entry["title"]) for entry in (*labelled("first"), *labelled("later"))]
    places = ("", "昆山", "苏州", "宁波北仑", "东莞", "深圳宝安")
    many = [f"{places[i % 6]}{title}{'（长白班）' if i % 4 else ''}" for i in range(340) for title in bare][:100_000]
    adapter.coder()
    started = perf_counter()
    readings = adapter.code(many)
    taken = perf_counter() - started
    print(f"\n100,000 titles, {len(set(many))} distinct: {taken:.1f} s")  # noqa: T201 (as above)
    assert len(readings) == 100_000
    assert taken < 20


def test_lines_become_json_with_names() -> None:
    first, blank, general = code_titles(iter(["缝纫工（平车）\n", "\n", "普工"]))
    assert json.loads(json.dumps(first)) == first
    assert (first["text"], first["trade_family"], first["trade_family_name"]) == (
        "缝纫工（平车）",
        "sewing",
        "缝纫服装",
    )
    assert (first["occupation_code"], first["occupation_name"]) == ("6-05-01-03", "缝纫工")
    assert first["decided"]
    assert not first["remembered"]
    assert (blank["occupation_code"], blank["occupation_name"], blank["decided"]) == (None, None, False)
    assert (general["trade_family"], general["occupation_code"], general["decided"]) == (None, "6-00-00-00", False)
    assert {"trade_family", "occupation_code", "occupation_name", "confidence"} <= set(first["alternatives"][0])
