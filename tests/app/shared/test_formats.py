"""How values look: numbers, days, masks."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.shared import formats
from app.shared.i18n import use_locale


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0, "0"),
        (4800, "4,800"),
        (Decimal("4800.00"), "4,800"),
        (Decimal("4800.505"), "4,800.51"),
        (-75, "-75"),
    ],
)
def test_money(value: int | Decimal | None, shown: str) -> None:
    assert formats.money(value) == shown


def test_number_separates_thousands() -> None:
    assert formats.number(18462) == "18,462"
    assert formats.number(None) == "—"


@pytest.mark.parametrize(
    ("share", "digits", "shown"), [(0.962, 0, "96%"), (0.962, 1, "96.2%"), (0, 0, "0%"), (None, 0, "—")]
)
def test_percent(share: float | None, digits: int, shown: str) -> None:
    assert formats.percent(share, digits) == shown


@pytest.mark.parametrize(
    ("millionths", "shown"),
    [(0, "0.00"), (861_000, "0.86"), (865_000, "0.87"), (1_000_000, "1.00"), (994_999, "0.99"), (None, "—")],
)
def test_scores_are_shown_with_two_digits(millionths: int | None, shown: str) -> None:
    assert formats.score(millionths) == shown


def test_a_moment_has_the_day_it_has_in_china() -> None:
    evening_in_london = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert formats.day(evening_in_london) == "2026-11-22"
    assert formats.moment(evening_in_london) == "2026-11-22 02:30"
    assert formats.day(date(2026, 11, 21)) == "2026-11-21"
    assert formats.day(None) == formats.moment(None) == "—"


@pytest.mark.parametrize(
    ("on", "chinese", "english"),
    [
        (date(2026, 11, 21), "今天", "today"),
        (date(2026, 11, 22), "1 天后", "in 1 day"),
        (date(2026, 11, 9), "12 天前", "12 days ago"),
        (datetime(2026, 11, 21, 17, tzinfo=UTC), "1 天后", "in 1 day"),
    ],
)
def test_relative_days(on: date, chinese: str, english: str) -> None:
    today = date(2026, 11, 21)
    assert formats.relative_day(on, today) == chinese
    with use_locale("en"):
        assert formats.relative_day(on, today) == english


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张", "张*"), ("张小梅", "张*梅"), ("阿卜杜提", "阿**提"), ("", "—"), (None, "—")],
)
def test_masked_names(name: str | None, shown: str) -> None:
    assert formats.masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("340823199001011234", "340***********1234"),
        ("340823900101123", "340********1123"),
        ("3408231", "*******"),
        (None, "—"),
    ],
)
def test_masked_identity_numbers(number: str | None, shown: str) -> None:
    assert formats.masked_id(number) == shown


@pytest.mark.parametrize(("number", "shown"), [("13800138000", "138****8000"), ("1380013", "*******"), (None, "—")])
def test_masked_phones(number: str | None, shown: str) -> None:
    assert formats.masked_phone(number) == shown
