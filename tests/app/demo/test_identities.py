"""Numbers are well formed and can belong to nobody."""

from datetime import date
from itertools import islice

import pytest
from stdnum.cn import ric, uscc

from app.demo.sample.chance import Chance
from app.demo.sample.employers import employers_of
from app.demo.sample.identities import (
    IdNumbers,
    credit_code,
    credit_codes,
    id_check_digit,
    is_sample_code,
    is_sample_id,
    is_sample_mobile,
    mobiles,
)
from app.demo.sample.places import Receiving, county_of, divisions
from app.shared.identity_numbers import IdNumber, check_credit_code, check_id_number
from tests.app.demo.lists import COUNTY, ON, people


def test_check_digit_of_a_published_example() -> None:
    # The example printed in GB 11643 itself.
    assert id_check_digit("11010519491231002") == "X"


def test_id_numbers_of_one_day_differ_and_tell_the_sex() -> None:
    ids = IdNumbers("340000")
    day = date(1980, 2, 29)
    men = [ids.next(day, "male") for _ in range(499)]
    women = [ids.next(day, "female") for _ in range(499)]
    assert len({*men, *women}) == 998
    assert all(int(number[16]) % 2 == 1 for number in men)
    assert all(int(number[16]) % 2 == 0 for number in women)
    assert all("000" < number[14:17] <= "998" for number in men + women)
    with pytest.raises(ValueError, match="too large for one county"):
        ids.next(day, "male")


def test_every_person_has_a_valid_number_of_their_own() -> None:
    rows = people()
    assert len({row.person.id_no for row in rows}) == len(rows)
    for row in rows[:3000]:
        number = check_id_number(row.person.id_no, ON)
        assert isinstance(number, IdNumber)
        assert (number.birth_on, number.sex) == (row.person.born_on, row.person.sex)
        assert ric.is_valid(row.person.id_no)


def test_no_number_could_have_been_issued() -> None:
    """An issued number names a county; the sample's name a province, and so do its heads of household."""
    known = divisions().by_code
    for row in people():
        for field in ("id_no", "head_id_no"):
            number = row.cells[field]
            assert is_sample_id(number)
            assert known[number[:6]].level == 1
    counties = [code for code, division in known.items() if division.level == 3]
    assert len(counties) > 2000
    assert not [code for code in counties if code[2:6] == "0000"]


def test_phones_are_well_formed_and_of_the_block_nobody_has() -> None:
    phones = [row.cells[field] for row in people() for field in ("phone", "head_phone") if row.cells[field]]
    assert all(is_sample_mobile(phone) and phone.isdigit() for phone in phones)
    assert len(set(islice(mobiles(12), 50_000))) == 50_000


def test_credit_codes_are_valid_and_registered_nowhere() -> None:
    codes = [credit_code(body, "320583") for _, body in islice(credit_codes(), 3000)]
    assert len(set(codes)) == 3000
    assert all(uscc.is_valid(code) and is_sample_code(code) for code in codes)
    assert all(check_credit_code(code) == code for code in codes)
    assert not [code for code in divisions().by_code if code.startswith("99")]


def test_a_real_looking_number_is_not_taken_for_a_sample() -> None:
    assert not is_sample_id("34072219800229001X")
    assert not is_sample_mobile("13800138000")
    assert not is_sample_code("91110000600037341L")


def test_employers_differ_in_name_and_code() -> None:
    receiving = Receiving(county_of(COUNTY))
    employers = employers_of(400, receiving, 5, Chance("employers", 5))
    assert len({e.name for e in employers}) == 400
    assert len({e.code for e in employers}) == 400
    assert all(uscc.is_valid(e.code) and is_sample_code(e.code) and is_sample_mobile(e.phone) for e in employers)
    assert 20 <= sum(e.at_home for e in employers) <= 50
