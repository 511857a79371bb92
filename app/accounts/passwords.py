"""Passwords: argon2id, off the event loop and only a few at a time, as each takes 64 MiB."""

import asyncio

from pwdlib import PasswordHash

_HASHER = PasswordHash.recommended()
_AT_ONCE = 2
_gate = asyncio.Semaphore(_AT_ONCE)

# Checked when the login does not exist, so that both answers take as long.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The text to store. Blocking: for set-up, not for a request."""
    return _HASHER.hash(password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; ``None`` for a login that does not exist."""
    async with _gate:
        right = await asyncio.to_thread(_HASHER.verify, password, stored or _NOBODY)
    return right and stored is not None


async def hash_for_request(password: str) -> str:
    """The text to store, made off the event loop."""
    async with _gate:
        return await asyncio.to_thread(_HASHER.hash, password)
