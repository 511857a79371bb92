"""Identity numbers and credit codes: right ones are read, broken ones are named, none is repaired."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from app.shared.identity_numbers import (
    IdNumber,
    NumberProblem,
    age_on,
    check_credit_code,
    check_id_number,
    mask_number,
)
from tests.app.intake.workbooks import id_number

TODAY = date(2026, 11, 21)
GOOD = id_number(12, born="19900102")  # even serial: a woman


def code_of(cell: object) -> str:
    found = check_id_number(cell, TODAY)
    assert isinstance(found, NumberProblem), found
    return found.code


def test_a_number_tells_birth_sex_and_county() -> None:
    found = check_id_number(GOOD, TODAY)
    assert found == IdNumber(GOOD, "citizen", date(1990, 1, 2), "female", "620421")


WRITTEN = (
    "11010519491231002x", " 11010519491231002X ", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X",
    '="11010519491231002X"', "110105 19491231 002X", "\u202d11010519491231002X\u202c",
)  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_ways_to_write_one_number(written: str) -> None:
    found = check_id_number(written, TODAY)
    assert isinstance(found, IdNumber)
    assert found.number == "11010519491231002X"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (4.207041990010113e17, "id_digits_lost"),
        (420704199001011234, "id_digits_lost"),
        ("4.20704E+17", "id_digits_lost"),
        ("620421199001020000", "id_digits_lost"),
        ("420704900101113", "id_15_digits"),
        (420704900101113.0, "id_15_digits"),
        (GOOD[:-1], "id_17_digits"),
        (GOOD + "1", "id_19_digits"),
        (GOOD + "42", "id_disability_card"),
        ("6204211990", "id_length"),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), "id_checksum"),
        ("620421199013020001", "id_birth_date"),
        (id_number(1, born="20990101"), "id_birth_range"),
        (id_number(1, born="18990101"), "id_birth_range"),
        (id_number(1, county="012345"), "id_region"),
        ("6204211990****0123", "id_masked"),
        (f"{GOOD}/{GOOD}", "id_several"),
        (GOOD[:9] + "O" + GOOD[10:], "id_letter_for_digit"),
        ("H12345678", "id_other_document"),
        ("E12345678", "id_other_document"),
        ("USA110000123456", "id_old_foreign_card"),
        ("丢失补办中", "id_other_characters"),
        ("无", "id_missing"),
        ("", "id_missing"),
    ],
)
def test_each_way_to_be_broken_has_its_name(cell: object, code: str) -> None:
    assert code_of(cell) == code


ELSEWHERE = [
    ("810000", "hong_kong", "id_residence_permit"),
    ("820000", "macao", "id_residence_permit"),
    ("830000", "taiwan", "id_residence_permit"),
    ("911100", "permanent_resident", "id_permanent_resident"),
]


@pytest.mark.parametrize(("county", "kind", "warning"), ELSEWHERE)
def test_residents_from_elsewhere_are_taken_with_a_note(county: str, kind: str, warning: str) -> None:
    found = check_id_number(id_number(1, county=county), TODAY)
    assert isinstance(found, IdNumber)
    assert (found.kind, found.warning) == (kind, warning)


def test_an_unknown_county_is_a_warning_and_never_a_refusal() -> None:
    known = check_id_number(GOOD, TODAY, frozenset({"620421"}))
    unknown = check_id_number(GOOD, TODAY, lambda county: county == "110105")
    assert isinstance(known, IdNumber)
    assert isinstance(unknown, IdNumber)
    assert (known.warning, unknown.warning) == (None, "id_county_unknown")


def test_born_today_is_possible_and_tomorrow_is_not() -> None:
    assert isinstance(check_id_number(id_number(1, born="20261121"), TODAY), IdNumber)
    assert code_of(id_number(1, born="20261122")) == "id_birth_range"


def test_problems_never_carry_digits_of_the_number() -> None:
    for cell in (GOOD[:-1], GOOD + "42", "620421199013020001", id_number(1, born="20990101")):
        found = check_id_number(cell, TODAY)
        assert isinstance(found, NumberProblem)
        assert set(found.params) <= {"length"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789Xx*.eE+ /无", max_size=24))
def test_any_text_is_answered_and_only_right_check_digits_pass(text: str) -> None:
    found = check_id_number(text, TODAY)
    if isinstance(found, IdNumber):
        assert ric.calc_check_digit(found.number) == found.number[-1]
        assert len(found.number) == 18


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 999), st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(serial: int, born: date, place: int, shift: int) -> None:
    number = id_number(serial, born=born.strftime("%Y%m%d"))
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert isinstance(check_id_number(number, TODAY), IdNumber)
    assert isinstance(check_id_number(wrong, TODAY), NumberProblem)


def test_credit_codes() -> None:
    assert check_credit_code("91110000600037341l") == "91110000600037341L"
    assert check_credit_code(" 9111 0000 6000 37341L") == "91110000600037341L"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (9.1e17, "credit_code_digits_lost"),
        ("9.1E+17", "credit_code_digits_lost"),
        ("110000600037341", "credit_code_old_licence"),
        ("60003734L", "credit_code_organisation"),
        ("9111000060003734", "credit_code_length"),
        ("911100006000373412", "credit_code_checksum"),
        ("9111000060003734IO", "credit_code_characters"),
        ("无", "credit_code_missing"),
    ],
)
def test_broken_credit_codes_are_named(cell: object, code: str) -> None:
    found = check_credit_code(cell)
    assert isinstance(found, NumberProblem)
    assert found.code == code


def test_age_counts_full_years() -> None:
    assert age_on(date(2010, 11, 21), TODAY) == 16
    assert age_on(date(2010, 11, 22), TODAY) == 15
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17


def test_a_shown_number_keeps_its_ends() -> None:
    assert mask_number("11010519491231002X") == "110105********002X"
    assert mask_number("12345") == "12***"
