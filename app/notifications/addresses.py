"""Telephone numbers and e-mail addresses: found in what people write, brought to one form, masked for readers."""

import re
from dataclasses import dataclass
from typing import Final

from app.shared.encryption import KeyRing
from app.shared.formats import masked_phone

_MOBILE: Final = re.compile(r"(?<![\d+])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![\w-])")
MOST: Final = 254


@dataclass(frozen=True)
class Address:
    """Where a message goes: a mobile number of eleven digits, or an e-mail address in small letters."""

    channel: str
    value: str


def find_mobile(text: str | None) -> Address | None:
    """The first mobile number in a text, if there is one."""
    found = _MOBILE.search(text or "")
    return Address("sms", "".join(found.groups())) if found else None


def find_email(text: str | None) -> Address | None:
    """The first e-mail address in a text, if there is one."""
    found = _EMAIL.search((text or "")[: MOST * 2])
    return Address("email", found[0].lower()) if found and len(found[0]) <= MOST else None


def is_email(text: str) -> bool:
    """Whether the text is one e-mail address and nothing else."""
    return len(text) <= MOST and _EMAIL.fullmatch(text) is not None


def index_of(keys: KeyRing, address: Address) -> bytes:
    """Under which an address is found again, and cannot be read."""
    return keys.blind_index(f"notice.{address.channel}", address.value)


def masked(address: Address) -> str:
    """139****0001, li***@county.example: enough to recognise one's own."""
    if address.channel == "sms":
        return masked_phone(address.value)
    name, _, domain = address.value.partition("@")
    return f"{name[:2]}***@{domain}"
