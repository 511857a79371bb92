"""Signing what goes to a gateway and checking what comes back from it.

The scheme is that of Standard Webhooks (standardwebhooks.com, version 1): HMAC-SHA256 over number, time and body, so
that neither can be changed or sent again later. The number doubles as idempotency key: it is the same at every try.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

TOLERANCE: Final = 300  # seconds a clock may be wrong by


def headers(secret: str, number: str, body: bytes, now: datetime) -> dict[str, str]:
    """What a signed body is sent with."""
    at = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "idempotency-key": number,
        "webhook-id": number,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{_signature(secret, number, at, body)}",
    }


def is_genuine(secret: str, given: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a body was signed with the secret, a few minutes ago at most."""
    number, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not number or not (at.isascii() and at.isdecimal() and len(at) <= 12):
        return False
    if abs(now.timestamp() - int(at)) > TOLERANCE:
        return False
    right = f"v1,{_signature(secret, number, at, body)}"
    return any(hmac.compare_digest(right.encode(), one.encode()) for one in given.get("webhook-signature", "").split())


def _signature(secret: str, number: str, at: str, body: bytes) -> str:
    signed = hmac.digest(secret.encode(), f"{number}.{at}.".encode() + body, hashlib.sha256)
    return base64.b64encode(signed).decode()
