"""What a file is, by its bytes and never by its name."""

import io
import struct
import zipfile

from app.intake.errors import FileRefused
from app.intake.reading.workbook import Limits

SPREADSHEETS = frozenset({"xlsx", "xls", "xlsb", "ods"})

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS = (
    (b"%PDF", "is_pdf"),
    (b"\x89PNG", "is_picture"),
    (b"\xff\xd8\xff", "is_picture"),
    (b"GIF8", "is_picture"),
    (b"BM", "is_picture"),
    (b"Rar!", "is_archive"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"\x1f\x8b", "is_archive"),
    (b"{\\rtf", "is_word"),
)
_MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
_MAX_RATIO = 150
_RATIO_MATTERS_FROM = 64 * 1024 * 1024


def sniff(data: bytes, limits: Limits) -> str:
    """The kind of file: xlsx, xls, xlsb, ods or csv. Raises FileRefused for everything else."""
    if not data.strip(b"\x00 \r\n\t"):
        raise FileRefused("empty")
    if len(data) > limits.file_bytes:
        raise FileRefused("too_large", limit_mb=limits.file_bytes // 1024**2, size_mb=-(-len(data) // 1024**2))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_kind(data, limits)
    if data.startswith(_COMPOUND):
        return _compound_kind(data)
    for beginning, code in _BEGINNINGS:
        if data.startswith(beginning) and not (beginning == b"BM" and _looks_like_text(data)):
            raise FileRefused(code)
    return _text_kind(data)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _compound_kind(data: bytes) -> str:
    """Old Office files and the wrapper of encrypted new ones: told apart by their stream names."""
    if _utf16("EncryptedPackage") in data:
        raise FileRefused("password")
    if _utf16("WordDocument") in data:
        raise FileRefused("is_word")
    if _utf16("Workbook") in data or _utf16("Book") in data:
        return "xls"
    raise FileRefused("not_a_table")


def _text_kind(data: bytes) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise FileRefused("is_xml_2003")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<style", b"<div")):
        raise FileRefused("is_web_page")
    if not _looks_like_text(data):
        raise FileRefused("not_a_table")
    return "csv"


def _looks_like_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:65536]
    control = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13, 26, 27))
    return control <= len(head) // 1000


def _archive_kind(data: bytes, limits: Limits) -> str:
    names = {info.filename.lower() for info in _checked_members(data, limits)}
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in names) or any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        raise FileRefused("is_word")
    if "content.xml" in names:
        return _open_document_kind(data)
    raise FileRefused("is_archive")


def _open_document_kind(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kind = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
        manifest = archive.open("META-INF/manifest.xml").read(1_000_000) if _has_manifest(archive) else b""
    if b"encryption-data" in manifest:
        raise FileRefused("password")
    if kind and b"spreadsheet" not in kind:
        raise FileRefused("is_word")
    return "ods"


def _has_manifest(archive: zipfile.ZipFile) -> bool:
    return "META-INF/manifest.xml" in archive.namelist()


def _checked_members(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    """The members as the archive declares them, after asking whether unpacking them would be sane."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise FileRefused("broken")
    count, directory_bytes = struct.unpack("<HI", data[end + 10 : end + 16])
    if directory_bytes > _MAX_DIRECTORY_BYTES and directory_bytes != 0xFFFFFFFF:
        raise FileRefused("bomb")
    if count > limits.archive_members and count != 0xFFFF:
        raise FileRefused("bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise FileRefused("broken") from error
    _refuse_insane_sizes(members, limits)
    return members


def _refuse_insane_sizes(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(info.flag_bits & 1 for info in members):
        raise FileRefused("password")
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    swollen = unpacked > _RATIO_MATTERS_FROM and unpacked > _MAX_RATIO * max(packed, 1)
    if len(members) > limits.archive_members or unpacked > limits.unpacked_bytes or swollen:
        raise FileRefused("bomb")
