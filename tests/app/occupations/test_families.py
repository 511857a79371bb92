"""Trade families and synonyms: complete, strict, checked against the classification."""

from pathlib import Path

import pytest

from app.occupations.families import load_families, load_synonyms, synonyms, trade_families
from app.occupations.reference import classification
from app.shared.strict_yaml import DataFileError

CODES = (
    "electronics moulding_stamping sewing shoes_bags textiles food_seafood packing sorting_loading warehouse_forklift "
    "welding fitting cnc car_parts furniture battery_solar_chemical building_trades building_labour electricians "
    "cleaning guarding catering household_care driving_delivery gardening farm_picking handicraft"
)


def test_the_families_are_the_agreed_ones_in_both_languages() -> None:
    families = trade_families()
    assert list(families) == CODES.split()
    for family in families.values():
        assert family.label("zh_Hans") == family.zh
        assert family.label("en").isascii()
        assert family.keywords


def test_synonyms_name_known_codes_once() -> None:
    known = synonyms()
    words = [word for group in (*known.words.values(), known.general_words) for word in group]
    assert len(words) == len(set(words)) > 2000
    assert all(code in classification() for code in known.words)


FAMILY = (
    "demo: {zh: 例, en: Demo, general: 6-05-01-03, keywords: [衣], occupations: [6-05], shared: [6-18-02-04], "
    "related: {other: 0.5}}\n"
    "other: {zh: 他, en: Other, general: 6-18-02-04, keywords: [焊], occupations: [6-18], related: {}}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("zh: 例", "zh: 例, colour: red", "unknown key colour"),
        ("general: 6-05-01-03", "general: 6-05-01-99", "no code"),
        ("shared: [6-18-02-04]", "shared: [6-99]", "no code"),
        ("occupations: [6-05]", "occupations: [9-99]", "begins with 9-99"),
        ("other: 0.5", "other: 2", "between 0 and 1"),
        ("other: 0.5", "nobody: 0.5", "nobody is unknown"),
        ("related: {}", "related: {demo: 0.5}", "related twice"),
        ("keywords: [衣]", "keywords: [no]", "quote"),
    ],
)
def test_a_broken_family_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "families.yaml"
    path.write_text(FAMILY, encoding="utf-8")
    assert list(load_families(classification(), path)) == ["demo", "other"]
    path.write_text(FAMILY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        load_families(classification(), path)


SYNONYMS = "general: {code: 6-00-00-00, words: [普工]}\nsynonyms:\n  6-05-01-03: [平车]\n  6-18-02-04: [电焊]\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("电焊", "平车", "stands under"),
        ("电焊", "普工", "stands under"),
        ("6-18-02-04", "6-18-02-99", "no code"),
        ("general:", "common:", "missing general"),
        ("电焊", "12", "no text"),
    ],
)
def test_broken_synonyms_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text(SYNONYMS, encoding="utf-8")
    assert load_synonyms(classification(), path).words["6-05-01-03"] == ("平车",)
    path.write_text(SYNONYMS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        load_synonyms(classification(), path)
