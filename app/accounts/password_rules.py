"""Which passwords are refused: short ones, common ones, one's own name. What it is made of is free."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from app.errors import Invalid
from app.shared.i18n import N_
from app.shared.names import normalise_name, syllables

LEAST_LENGTH: Final = 12
MOST_LENGTH: Final = 256  # a hash of megabytes would only keep the machine busy
LEAST_OWN_CHARACTERS: Final = 8  # what has to be left without the login, name or office in it
LEAST_DIFFERENT: Final = 5
COMMON: Final = Path(__file__).parent / "data" / "common_passwords.txt"
RUNS: Final = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
RUN_LENGTH: Final = 4  # so many in a row are a run, and count as one character
KEY_CHANGES: Final = str.maketrans("@$!", "asi")


def check_password(password: str, own_words: list[str], field: str = "new_password") -> None:
    """Raises Invalid (422) at ``field``; ``own_words`` are the login, the name and the offices of the person."""
    reason, least = _objection(password, own_words)
    if reason:
        raise Invalid(reason, fields={field: reason}, least=least)


def _objection(password: str, own_words: list[str]) -> tuple[str | None, int]:
    text = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < LEAST_LENGTH:
        return N_(
            "Too short: at least %(least)s characters. A few words that only you put together are easy to keep."
        ), (LEAST_LENGTH)
    if len(password) > MOST_LENGTH:
        return N_("Too long: at most %(least)s characters."), MOST_LENGTH
    if _is_common(text):
        return N_("This is one of the passwords that are tried first. Take a few words that only you put together."), 0
    if len(_without(text, own_words)) < LEAST_OWN_CHARACTERS:
        return N_("Your login, your name or your office makes up most of it. Take other words."), 0
    return None, 0


def _is_common(text: str) -> bool:
    if len(set(text)) < LEAST_DIFFERENT or len(_runs_shortened(text)) < LEAST_DIFFERENT + 1:
        return True
    known = common_passwords()
    plain = text.replace(" ", "")
    stems = {plain, _stem(plain), _stem(plain.translate(KEY_CHANGES)), re.sub(r"[\W\d_]", "", plain)}
    return any(stem in known or _repeated(stem) in known for stem in stems)


def _stem(text: str) -> str:
    """Without the digits and signs around it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _repeated(text: str) -> str:
    """``abab`` is ``ab``."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found.group(1) if found else text


def _runs_shortened(text: str) -> str:
    """Each run along the keys or the alphabet, either way, as one character."""
    for row in RUNS:
        for run in (row * 2, row[::-1] * 2):
            position = 0
            while position <= len(text) - RUN_LENGTH:
                end = position + RUN_LENGTH
                if text[position:end] in run:
                    while end < len(text) and text[position : end + 1] in run:
                        end += 1
                    text = text[: position + 1] + text[end:]
                position += 1
    return text


def _without(text: str, own_words: list[str]) -> str:
    for word in own_words:
        plain = unicodedata.normalize("NFKC", word).casefold()
        spelled = "".join(syllables(character) for character in normalise_name(plain))
        for known in sorted({plain, spelled, *plain.split()}, key=len, reverse=True):
            if len(known) > 1:
                text = text.replace(known, "")
    return text


@cache
def common_passwords() -> frozenset[str]:
    """The list that comes with the service."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))
