"""What a tour yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

Act = Callable[[Page], object]


@dataclass(frozen=True)
class Shot:
    """A picture: the page's name, its address, what to do on it first, and whether all of it is shown."""

    name: str
    address: str
    act: Act | None = None
    whole: bool = True


@dataclass(frozen=True)
class Tour:
    """A person's way; ``login`` none: nobody is signed in. ``names``: how its pages' names begin."""

    login: str | None
    names: tuple[str, ...]
    walk: Callable[[Page, str, Path], Iterator[Shot]]


def first_row(page: Page, address: str, path: str) -> str:
    """Where the first row of a list leads."""
    page.goto(address)
    href = page.locator(f'tbody th a[href^="{path}"]').first.get_attribute("href")
    if not href:
        raise LookupError(f"{address} shows no row to open.")
    return href


def open_dialog(name: str) -> Act:
    """What opens a dialog of a page."""
    return lambda page: page.locator(f'[data-dialog="{name}"]').first.click()
