"""Assets: named by content, kept for a year, nothing else to be had."""

import gzip
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from app.shared import assets as assets_module
from app.shared.assets import BUNDLES, STATIC_FOLDER, URL_PREFIX, Assets, load_assets

NAMES = ("bootstrap.min.css", "duijie.css", "duijie.js", "htmx.min.js", "icon.svg")


@pytest.fixture(scope="module")
def assets() -> Assets:
    return load_assets()


@pytest.fixture
def client(assets: Assets) -> httpx.AsyncClient:
    app = Starlette(routes=[Mount(URL_PREFIX, assets)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


@pytest.mark.parametrize("name", NAMES)
async def test_an_asset_is_served_under_a_name_of_its_content_and_kept(
    client: httpx.AsyncClient, assets: Assets, name: str
) -> None:
    answer = await client.get(assets.url(name))
    assert answer.status_code == 200
    assert re.search(r"-[0-9a-f]{12}\.(css|js|svg)$", assets.url(name))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    kind = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    assert answer.headers["content-type"] == kind[name.rsplit(".", 1)[1]]


async def test_packed_for_those_who_unpack(client: httpx.AsyncClient, assets: Assets) -> None:
    packed = await client.get(assets.url("bootstrap.min.css"), headers={"Accept-Encoding": "gzip"})
    plain = await client.get(assets.url("bootstrap.min.css"), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_the_name_follows_the_content() -> None:
    old, same, new = (Assets({"a.css": content}).url("a.css") for content in (b"a{}", b"a{}", b"b{}"))
    assert old == same != new


@pytest.mark.parametrize(
    "path",
    [
        "duijie.css",
        "duijie-000000000000.css",
        "../settings.py",
        "css/tokens.css",
        "bootstrap.min.css.map",
        "htmx.min.js.gz",
        "",
    ],
)
async def test_nothing_else_can_be_had(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{URL_PREFIX}/{path}")).status_code == 404


async def test_assets_are_only_read(client: httpx.AsyncClient, assets: Assets) -> None:
    assert (await client.post(assets.url("duijie.js"))).status_code == 404
    head = await client.head(assets.url("duijie.js"))
    assert head.status_code == 200


def test_an_unknown_name_is_an_error(assets: Assets) -> None:
    with pytest.raises(KeyError, match=r"missing\.css"):
        assets.url("missing.css")


def test_every_file_of_ours_is_in_a_bundle() -> None:
    bundled = {STATIC_FOLDER / part for parts in BUNDLES.values() for part in parts}
    lying = {path for path in STATIC_FOLDER.rglob("*") if path.suffix in {".css", ".js"}}
    assert lying == bundled


def test_no_map_is_pointed_to_and_nothing_comes_from_elsewhere(assets: Assets) -> None:
    for asset in assets._by_name.values():
        text = gzip.decompress(asset.packed).decode()
        assert "sourceMappingURL" not in text
        assert not re.search(r"@import|url\((?!\s*[\"']?(?:data:|#))", text), asset.file_name


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets_module, "FROM_PACKAGES", (("no_such_package", "static", "x.js"),))
    with pytest.raises(RuntimeError, match="the package that brings 'no_such_package' is not installed"):
        load_assets()


def test_colours_are_tokens() -> None:
    for part in BUNDLES["duijie.css"]:
        if part in {"css/tokens.css", "css/print.css"}:  # paper is white and ink is black everywhere
            continue
        text = (STATIC_FOLDER / part).read_text(encoding="utf-8")
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(", text) == [], f"define it once in tokens.css: {part}"
