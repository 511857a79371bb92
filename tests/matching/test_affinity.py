"""Affinity tables: exact on the diagonal, symmetric, tree before text."""

import numpy as np
import pytest

from matching.affinity import family_affinity, occupation_affinity
from matching.problem import ONE
from matching.titles import Occupation

OCCUPATIONS = (
    Occupation("6-05-00-00", "纺织品加工制作人员"),
    Occupation("6-05-01-02", "裁剪工", ("裁床",), ("铺料", "服装")),
    Occupation("6-05-01-03", "缝纫工", ("车工",), ("缝制", "服装")),
    Occupation("6-05-04-01", "制鞋工", (), ("鞋帮",)),
    Occupation("6-18-02-04", "焊工", (), ("焊缝",)),
    Occupation("4-12-04-02", "修鞋工", (), ("鞋帮",)),
)


def at(one: str, other: str) -> int:
    codes = [entry.code for entry in OCCUPATIONS]
    return int(occupation_affinity(OCCUPATIONS)[codes.index(one), codes.index(other)])


def test_the_table_is_whole_millionths_symmetric_with_ones() -> None:
    table = occupation_affinity(OCCUPATIONS)
    assert table.dtype == np.int32
    assert (table == table.T).all()
    assert (np.diagonal(table) == ONE).all()
    assert ((table >= 0) & (table <= ONE)).all()


def test_the_nearer_in_the_tree_the_nearer() -> None:
    assert at("6-05-01-03", "6-05-01-02") > at("6-05-01-03", "6-05-04-01") > at("6-05-01-03", "6-18-02-04") > 0
    assert at("6-05-01-03", "6-05-04-01") == 250_000  # one middle group, no word in common
    assert at("6-18-02-04", "4-12-04-02") == 0


def test_a_group_is_nearer_to_what_lies_in_it_than_two_of_its_members() -> None:
    assert at("6-05-00-00", "6-05-04-01") > at("6-05-01-03", "6-05-04-01")


def test_words_bring_together_what_the_tree_keeps_apart() -> None:
    assert at("6-05-04-01", "4-12-04-02") == 600_000  # equal key terms, other branch: at most what words can show


def test_families_are_as_near_as_said_both_ways() -> None:
    table = family_affinity(["a", "b", "c"], {("a", "b"): 0.4})
    assert table.tolist() == [[ONE, 400_000, 0], [400_000, ONE, 0], [0, 0, ONE]]


@pytest.mark.parametrize(
    ("related", "says"),
    [
        ({("a", "x"): 0.5}, "known"),
        ({("a", "a"): 0.5}, "known"),
        ({("a", "b"): 1.0}, "between"),
        ({("a", "b"): 0.5, ("b", "a"): 0.5}, "twice"),
    ],
)
def test_odd_relations_are_refused(related: dict[tuple[str, str], float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        family_affinity(["a", "b"], related)
