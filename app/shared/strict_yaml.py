"""YAML read strictly: plain YAML keeps the last of two equal keys and says nothing, so a slip would go unseen."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml


class DataFileError(ValueError):
    """A shipped data file is not as agreed. The message names the file, the place and the cause."""


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice."""


def _mapping_without_duplicates(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise DataFileError(f"line {key_node.start_mark.line + 1}: the key {key!r} stands twice; keep one")
        seen.add(key)
    return loader.construct_mapping(node)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def load_strict(path: Path) -> Any:
    """The content of a YAML file. Raises DataFileError for a duplicate key or broken YAML, naming file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, DataFileError) as error:
        raise DataFileError(f"{path.name}: {error}") from error


def check_keys(where: str, entry: object, *, required: Collection[str], optional: Collection[str] = ()) -> None:
    """Refuse an entry that is no mapping, lacks a required key or carries an unknown one."""
    if not isinstance(entry, Mapping):
        raise DataFileError(f"{where}: expected a mapping, found {type(entry).__name__}")
    missing = sorted(set(required) - set(entry))
    unknown = sorted(str(key) for key in set(entry) - set(required) - set(optional))
    if missing:
        raise DataFileError(f"{where}: missing {', '.join(missing)}")
    if unknown:
        raise DataFileError(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join([*required, *optional])}")
