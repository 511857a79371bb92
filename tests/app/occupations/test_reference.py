"""The shipped classification and the skill levels."""

from pathlib import Path

import pytest

from app.occupations.reference import (
    OCCUPATION,
    SKILL_LEVELS,
    Classification,
    classification,
    read_occupations,
    skill_level,
)
from app.shared.strict_yaml import DataFileError

HEADER = "code,level,name,parent_code,parent_level,aliases,terms\n"


def test_the_classification_is_whole() -> None:
    known = classification()
    assert len(known) == 2047  # 2,048 rows, one code at two levels
    assert len(known.occupations) == 1632
    assert {entry.level for entry in known.entries} == {1, 2, 3, 4}
    assert [entry.code for entry in known.entries] == sorted(entry.code for entry in known.entries)


def test_ancestors_come_from_the_column() -> None:
    known = classification()
    assert [entry.code for entry in known.ancestors("6-05-01-03")] == ["6-00-00-00", "6-05-00-00", "6-05-01-00"]
    assert [entry.code for entry in known.ancestors("6-31-05-00")] == ["6-00-00-00", "6-31-00-00"]  # no small group
    assert [entry.code for entry in known.ancestors("5-02-99-00")] == ["5-00-00-00", "5-02-00-00"]
    for entry in known.entries:
        assert entry.code not in {above.code for above in known.ancestors(entry.code)}


def test_of_a_code_at_two_levels_the_occupation_is_kept() -> None:
    entry = classification()["2-03-01-00"]
    assert (entry.level, entry.parent_code) == (OCCUPATION, "2-03-00-00")


def test_marks_are_taken_off_the_name() -> None:
    known = classification()
    cleaner, surveyor, sewer = known["4-09-08-01"], known["4-08-03-01"], known["6-05-01-03"]
    assert (cleaner.name, cleaner.green, cleaner.digital) == ("保洁员", True, False)
    assert (surveyor.name, surveyor.green, surveyor.digital) == ("大地测量员", True, True)
    assert (sewer.name, sewer.green, sewer.digital) == ("缝纫工", False, False)
    assert not any(entry.name.endswith(("L", "S", "/")) for entry in known.entries)


def test_an_unknown_code_keeps_itself_as_name() -> None:
    assert classification().name("6-05-01-03") == "缝纫工"
    assert classification().name("9-99-99-99") == "9-99-99-99"


def test_a_file_with_other_columns_or_a_missing_parent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "occupations.csv"
    path.write_text("code,name\n1,a\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="columns"):
        read_occupations(path)
    path.write_text(HEADER + "6-05-01-03,4,缝纫工,6-05-01-00,3,,\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="hangs on 6-05-01-00"):
        Classification(read_occupations(path))


def test_the_eight_levels_rise() -> None:
    assert [level.rank for level in SKILL_LEVELS] == list(range(1, 9))
    assert [level.zh for level in SKILL_LEVELS] == [
        "学徒工", "初级工", "中级工", "高级工", "技师", "高级技师", "特级技师", "首席技师",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("初级", "junior"),
        ("五级/初级工", "junior"),
        ("焊工中级证", "middle"),
        ("高级工", "senior"),
        ("三级", "senior"),
        ("技师", "technician"),
        ("高级技师", "senior_technician"),
        ("一级", "senior_technician"),
        ("首席技师", "chief_technician"),
        ("junior", "junior"),
        ("", None),
        ("有证", None),
    ],
)
def test_levels_are_read_in_old_and_new_words(text: str, code: str | None) -> None:
    level = skill_level(text)
    assert (level.code if level else None) == code
