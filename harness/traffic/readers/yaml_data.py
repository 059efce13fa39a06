"""YAML of other languages as plain data: tags that name classes are read past, and nothing is ever constructed."""

from __future__ import annotations

import binascii
from typing import Any

import yaml

_STANDARD = "tag:yaml.org,2002:"
_WRAPPED = {"str": "a string with fields of its own", "elements": "a hash", "internal": "an array", "hash": "a set"}
"""Keys under which Ruby's writer puts the value of a subclass, and what it is of."""


class _DataLoader(yaml.CSafeLoader):
    """Scalars, lists and mappings, whatever their tag says they are."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge keys stay keys: no recorder writes them, and a few lines of them stand for any number."""


def load(raw: bytes | str) -> Any:
    """The first document. Raises `yaml.YAMLError`, `ValueError` or `RecursionError`."""
    return yaml.load(raw, Loader=_DataLoader)


def _binary(loader: _DataLoader, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        return _by_kind(loader, node)
    try:
        return binascii.a2b_base64(node.value.encode("ascii", "replace"))
    except binascii.Error as error:
        raise yaml.constructor.ConstructorError(None, None, f"no base64: {error}", node.start_mark) from error


def _foreign(loader: _DataLoader, suffix: str, node: yaml.Node) -> Any:
    if suffix == "binary":
        return _binary(loader, node)
    value = _by_kind(loader, node)
    if isinstance(value, dict) and suffix.startswith(("ruby/", "str", "map:", "seq:")):
        return _unwrapped(value)
    return value


def _unwrapped(value: dict[Any, Any]) -> Any:
    """The value inside of a subclass of a string, an array or a hash."""
    inner = [key for key in value if key in _WRAPPED]
    others = [key for key in value if key not in _WRAPPED and key != "ivars" and not str(key).startswith(("@", ":@"))]
    return value[inner[0]] if len(inner) == 1 and not others else value


def _by_kind(loader: _DataLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


def _as_written(loader: _DataLoader, node: yaml.Node) -> Any:
    return node.value


for _kind in ("value", "timestamp", "merge"):
    _DataLoader.add_constructor(_STANDARD + _kind, _as_written)
_DataLoader.add_constructor(_STANDARD + "binary", _binary)
_DataLoader.add_multi_constructor("!", _foreign)
_DataLoader.add_multi_constructor(_STANDARD, _foreign)
_DataLoader.add_multi_constructor("", _foreign)
