"""Identity numbers of people (GB 11643) and credit codes of organisations (GB 32100): checked, never repaired.

A number that Excel or a typist has broken gets a code of its own, so that the person who mends it is told how;
no digit is ever guessed. Check digits come from python-stdnum. Its validation of identity numbers is not used:
it accepts births in the future and refuses residents of Hong Kong, Macao and Taiwan, permanent residents from
abroad, full-width digits and county codes it does not list.
"""

import re
import unicodedata
from collections.abc import Callable, Container
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

Sex = Literal["male", "female"]
Kind = Literal["citizen", "hong_kong", "macao", "taiwan", "permanent_resident"]

OLDEST_YEAR: Final = 1900
_RESIDENCE_PERMITS: Final[dict[str, Kind]] = {"81": "hong_kong", "82": "macao", "83": "taiwan"}
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_LETTER_FOR_DIGIT: Final = frozenset("OoIiLlSsZzBb")
_MISSING_WORDS: Final = frozenset(
    {"无", "没有", "未办", "未办理", "不详", "暂无", "空", "无证", "NULL", "null", "-", "/", "#N/A"}
)
_EXACT_BELOW: Final = 10**15
_IGNORED: Final = str.maketrans("", "", " \t\r\n\u3000\u00a0\u200b\u200c\u200d\ufeff'’‘`\u202a\u202c\u202d")


class IdNumber(NamedTuple):
    """A number whose length, date and check digit are right. ``warning`` names what is odd but possible."""

    number: str
    kind: Kind
    birth_on: date
    sex: Sex
    county_code: str
    warning: str | None = None


class NumberProblem(NamedTuple):
    """Why a number cannot be taken: a stable code and its parameters (never the number itself)."""

    code: str
    params: dict[str, int | str]


def tidy_number(cell: object) -> str:
    """A cell as the text of a number: one width, upper case, without spaces, quotes and invisible marks."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_BELOW else repr(cell)
    text = cell if isinstance(cell, str) else str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(_IGNORED).upper()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text


def check_id_number(
    cell: object, today: date, known_county: Container[str] | Callable[[str], bool] | None = None
) -> IdNumber | NumberProblem:
    """Read an identity number from a cell.

    ``known_county`` says which six-digit county codes exist or existed; an unknown one is a warning, since
    codes come and go and the person keeps the number. Without it no county is doubted.
    """
    number = cell if type(cell) is str and len(cell) == 18 and cell.isdigit() and cell.isascii() else None
    if number is None:
        if isinstance(cell, (float, int)) and not isinstance(cell, bool) and abs(cell) >= _EXACT_BELOW:
            return NumberProblem("id_digits_lost", {})
        number = tidy_number(cell)
        problem = _shape_problem(number)
        if problem:
            return problem
    birth_on = _day(number[6:14])
    if birth_on is None:
        return NumberProblem("id_birth_date", {})
    if birth_on > today or birth_on.year < OLDEST_YEAR:
        return NumberProblem("id_birth_range", {})
    if ric.calc_check_digit(number) != number[17]:
        # text that was a number before: Excel keeps fifteen digits and writes zeros behind them
        return NumberProblem("id_digits_lost" if number.endswith("000") else "id_checksum", {})
    return _accepted(number, birth_on, known_county)


def _accepted(
    number: str, birth_on: date, known_county: Container[str] | Callable[[str], bool] | None
) -> IdNumber | NumberProblem:
    sex: Sex = "male" if number[16] in "13579" else "female"
    county = number[:6]
    if number[0] == "9":
        return IdNumber(number, "permanent_resident", birth_on, sex, county, "id_permanent_resident")
    permit = _RESIDENCE_PERMITS.get(number[:2])
    if permit:
        return IdNumber(number, permit, birth_on, sex, county, "id_residence_permit")
    if number[0] in "08":
        return NumberProblem("id_region", {})
    warning = None if known_county is None or _is_known(county, known_county) else "id_county_unknown"
    return IdNumber(number, "citizen", birth_on, sex, county, warning)


def _is_known(county: str, known_county: Container[str] | Callable[[str], bool]) -> bool:
    return known_county(county) if callable(known_county) else county in known_county


@lru_cache(maxsize=65536)
def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _shape_problem(number: str) -> NumberProblem | None:
    """What is wrong with a text that is not 17 digits and a check character."""
    length = len(number)
    if length == 18 and number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X"):
        return None
    if not number or number in _MISSING_WORDS:
        return NumberProblem("id_missing", {})
    if _SCIENTIFIC.fullmatch(number):
        return NumberProblem("id_digits_lost", {})
    if "*" in number or "×" in number or "＊" in number:
        return NumberProblem("id_masked", {})
    if len(re.findall(r"\d{17}[\dX]", number)) > 1:
        return NumberProblem("id_several", {})
    if not number.isascii():
        return NumberProblem("id_other_characters", {})
    if number.isdigit() or (number[:-1].isdigit() and number[-1] == "X"):
        return _length_problem(number)
    return _letters_problem(number)


def _length_problem(number: str) -> NumberProblem:
    by_length = {15: "id_15_digits", 17: "id_17_digits", 19: "id_19_digits", 20: "id_disability_card"}
    code = by_length.get(len(number), "id_length")
    if number[-1] == "X" and code in ("id_15_digits", "id_disability_card"):
        code = "id_length"
    return NumberProblem(code, {"length": len(number)})


def _letters_problem(number: str) -> NumberProblem:
    if len(number) == 18 and all(c.isdigit() or c in _LETTER_FOR_DIGIT or c == "X" for c in number):
        return NumberProblem("id_letter_for_digit", {})
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        return NumberProblem("id_old_foreign_card", {})
    if re.fullmatch(r"[A-Z]{1,2}\d{6,10}(\(\d\))?|[A-Z]\d{6}\([\dA]\)|\d{8}", number):
        return NumberProblem("id_other_document", {})
    return NumberProblem("id_other_characters", {})


def check_credit_code(cell: object) -> str | NumberProblem:
    """The unified social credit code of a cell, upper case, or why it cannot be taken."""
    if isinstance(cell, (float, int)) and not isinstance(cell, bool) and abs(cell) >= _EXACT_BELOW:
        return NumberProblem("credit_code_digits_lost", {})
    code = tidy_number(cell).replace("-", "")
    if not code or code in _MISSING_WORDS:
        return NumberProblem("credit_code_missing", {})
    if _SCIENTIFIC.fullmatch(code):
        return NumberProblem("credit_code_digits_lost", {})
    if len(code) == 15 and code.isdigit():
        return NumberProblem("credit_code_old_licence", {})
    if len(code) == 9:
        return NumberProblem("credit_code_organisation", {})
    if len(code) != 18:
        return NumberProblem("credit_code_length", {"length": len(code)})
    try:
        return str(uscc.validate(code))
    except InvalidChecksum:
        return NumberProblem("credit_code_checksum", {})
    except ValidationError:
        return NumberProblem("credit_code_characters", {})


def age_on(birth_on: date, day: date) -> int:
    """Full years on a day."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def mask_number(number: str) -> str:
    """First six and last four for what is shown where nobody asked to see it."""
    if len(number) < 12:
        return number[:2] + "*" * max(len(number) - 2, 0)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]
