"""The keys of the law checks' patterns only leave out what cannot match."""

import re
from pathlib import Path

import pytest

from app.intake.adverts import rules
from app.intake.adverts.keys import keyed, signs_of
from app.intake.adverts.plain import plain
from app.shared.strict_yaml import load_strict

TEXTS = load_strict(Path(__file__).parent / "law_texts.yaml")


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("押金", [{"押"}, {"金"}]),
        ("[押压]金?", [{"押", "压"}]),
        (r"\d{2,3}元", [{"\\d"}, {"元"}]),
        (r"(?:工资|薪水){0,2}\s*\.", [{"."}]),
        (r"(?<!不)(?:工资|薪水)(?!高)", [{"工", "水"}, {"资", "薪"}]),
        ("(?:押|)[^金]", []),
        ("1[5-7]", [{"1"}, {"5", "6", "7"}]),
        ("^男$|女+?", [{"男", "女"}]),
    ],
)
def test_every_match_of_a_pattern_holds_its_keys(pattern: str, keys: list[set[str]]) -> None:
    assert set(keyed(re.compile(pattern)).keys) == set(map(frozenset, keys))


def test_a_group_that_is_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="no such group"):
        keyed(re.compile("(?P<name>押金)"))


def test_a_figure_of_any_script_is_a_figure() -> None:
    assert keyed(re.compile(r"\d")).may_match(signs_of("٣"))
    assert not keyed(re.compile(r"\d")).may_match(signs_of("三"))


def test_no_pattern_that_matches_a_text_is_left_out() -> None:
    searches = [
        search for rule in rules().values() for search in (*rule.words, *rule.across, *rule.settings, *rule.topics)
    ]
    for entry in TEXTS[::3]:
        text = plain(entry["text"]).text
        left_out = [search for search in searches if not search.may_match(signs_of(text))]
        assert not any(search.pattern.search(text) for search in left_out)
