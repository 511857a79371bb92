"""The texts people say yes to: whole, dated, in both languages, and refused when broken."""

from datetime import date
from pathlib import Path

import pytest

from app.declarations.models import PURPOSES
from app.declarations.texts import LANGUAGES, consent_texts, load_texts, text_on
from app.shared.strict_yaml import DataFileError

SOUND = """- {purpose: match, version: "1", from: 2026-01-01, days: null, zh: 同意吗, en: Do you agree}
"""


def test_every_purpose_has_its_text_in_both_languages() -> None:
    assert set(consent_texts()) == set(PURPOSES)
    for purpose in PURPOSES:
        words = text_on(purpose, date(2026, 11, 21))
        assert all(len(words.body(language)) > 30 for language in LANGUAGES)


def test_only_matching_lasts_as_long_as_the_statement() -> None:
    assert {purpose for purpose in PURPOSES if text_on(purpose, date(2026, 11, 21)).days is None} == {"match"}


def test_before_the_first_version_nobody_is_asked() -> None:
    with pytest.raises(LookupError):
        text_on("match", date(2025, 12, 31))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SOUND, "no text for name_to_employer"),
        (SOUND + SOUND, "later versions stand after earlier ones"),
        (SOUND + SOUND.replace("2026", "2027"), "stands twice"),
        (SOUND.replace("match", "everything"), "not one of"),
        (SOUND.replace('"1"', "1"), "in quotes"),
        (SOUND.replace("null", "900"), "from 1 to 366"),
        (SOUND.replace("同意吗", '""'), "both languages"),
        (SOUND.replace("days", "day"), "days"),
        ("match: 1", "expected a list"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "texts.yaml"
    path.write_text(content)
    with pytest.raises(DataFileError, match=why):
        load_texts(path)
