"""Style sheets and scripts: our own and two from installed packages, served from memory under content-hashed names.

Nothing is fetched from elsewhere, and only the files listed here can be had. A name changes with its content, so a
browser keeps it for a year and a new release is seen at once.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

STATIC_FOLDER: Final = Path(__file__).parent.parent / "static"
URL_PREFIX: Final = "/static"
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Package, folder inside it, file: the whole list of what is taken from others.
FROM_PACKAGES: Final = (
    ("js_lib_htmx", "static/htmx", "htmx.min.js"),
    ("bootstrap", "css", "bootstrap.min.css"),
)
# Our own small files travel as one each; in this order, as later rules refine earlier ones.
BUNDLES: Final = {
    "duijie.css": (
        "css/tokens.css",
        "css/frame.css",
        "css/pieces.css",
        "css/tables.css",
        "css/forms.css",
        "css/matches.css",
        "css/slips.css",
        "css/print.css",
    ),
    "portal.css": ("css/tokens.css", "css/portal.css"),
    "duijie.js": ("js/keyboard.js", "js/forms.js", "js/tables.js", "js/progress.js", "js/toasts.js"),
}
_SOURCE_MAP = re.compile(rb"/[*/][#@] sourceMappingURL=[^\s*]+(?: \*/)?\s*$")


@dataclass(frozen=True)
class Asset:
    file_name: str
    media_type: str
    content: bytes
    packed: bytes


class Assets:
    """An ASGI application to mount at ``URL_PREFIX``, and the names of what it serves."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._by_name = {name: _asset(name, content) for name, content in contents.items()}
        self._by_file_name = {asset.file_name: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """Address of an asset by its plain name. Raises KeyError naming it where there is none."""
        return f"{URL_PREFIX}/{self._by_name[name].file_name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        asset = self._by_file_name.get(scope["path"].rsplit("/", 1)[-1])
        response: Response
        if asset is None or request.method not in {"GET", "HEAD"}:
            response = PlainTextResponse("Not found", status_code=404)
        else:
            response = _answer(asset, request)
        await response(scope, receive, send)


def load_assets() -> Assets:
    """Our bundles and icon, and the packaged files. Raises RuntimeError if a package is missing."""
    contents = {
        name: b"\n".join((STATIC_FOLDER / part).read_bytes() for part in parts) for name, parts in BUNDLES.items()
    }
    contents["icon.svg"] = (STATIC_FOLDER / "icon.svg").read_bytes()
    for package, folder, file_name in FROM_PACKAGES:
        contents[file_name] = (_package_folder(package) / folder / file_name).read_bytes()
    return Assets(contents)


def _package_folder(package: str) -> Path:
    # Bootstrap's folder is not a Python package, so its place is asked for without importing it.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package that brings {package!r} is not installed; run the set-up again")
    return Path(next(iter(spec.submodule_search_locations)))


def _asset(name: str, content: bytes) -> Asset:
    # A map that is not shipped would be asked for, in vain, by every open developer console.
    content = _SOURCE_MAP.sub(b"", content)
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem, dot, ending = name.rpartition(".")
    return Asset(
        file_name=f"{stem}-{digest}.{ending}",
        media_type=MEDIA_TYPES[dot + ending],
        content=content,
        packed=gzip.compress(content, 9, mtime=0),
    )


def _answer(asset: Asset, request: Request) -> Response:
    packs = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if packs else asset.content, media_type=asset.media_type, headers=headers)
