"""One file, or a folder of files that refer to each other, to one tree whose references are all local."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.formats.pointer import parts_of_reference, pointer_of, reference_of
from harness.openapi import loader, outline, walk
from harness.openapi.base_paths import bases_of
from harness.openapi.walk import METHODS

SUFFIXES = (".json", ".yaml", ".yml")


def bundle(source: Path, duplicates: list[loader.DuplicateKey] | None = None) -> dict[str, Any]:
    """The OpenAPI tree of `source`; raises `DocumentError` for what is no OpenAPI 3 or leaves its folder.

    A file that refers to its neighbours is bundled with them, by name or by the address under which all of them are
    published. Two operations on one method and path become one, the later named in `x-also` of the first. Duplicate
    keys go into `duplicates` where it is given.
    """
    if source.is_dir():
        paths = files_of(source)
        if not paths:
            raise DocumentError("the folder holds no .json or .yaml file", where=str(source), remedy="Check the path.")
        files = {path.name: _openapi(path, duplicates) for path in paths}
        _localize(files, source)
        return _merge(source, files)
    first = _openapi(source, duplicates)
    _localize({source.name: first}, source.parent)
    names = list(_neighbours(first, source))
    if not names:
        return first
    files = {source.name: first}
    while names:
        name = names.pop()
        if name not in files and (source.parent / name).is_file():
            files[name] = loader.read(source.parent / name, duplicates)
            _localize({name: files[name]}, source.parent)
            names.extend(_neighbours(files[name], source.parent / name))
    return _merge(source.parent, files, operations_of=source.name)


def files_of(folder: Path) -> list[Path]:
    """The documents of a folder, in name order."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


@cache
def paths_of(path: Path) -> frozenset[str]:
    """The path templates that one file of a folder describes."""
    data = loader.read(path, [])
    return frozenset(data.get("paths") or ()) if isinstance(data, dict) else frozenset()


def _openapi(path: Path, duplicates: list[loader.DuplicateKey] | None = None) -> dict[str, Any]:
    data = loader.read(path, duplicates)
    if isinstance(data, dict) and str(data.get("openapi", "")).startswith("3."):
        outline.check(data, path)
        data.setdefault("paths", {})
        return data
    version = data.get("swagger") if isinstance(data, dict) else None
    raise DocumentError(
        f"is Swagger {version}, not OpenAPI 3"
        if version
        else "is not an OpenAPI 3 document (no `openapi: 3.x` at its top)",
        where=f"{path}:1",
        remedy="Give the vendor's OpenAPI 3.0 or 3.1 file; convert older ones first.",
    )


def _localize(files: dict[str, Any], folder: Path) -> None:
    """Turn references to the address where the folder is published into references to its files, in place.

    One address alone can be the folder's, and only if each file that is referred to there lies in it: what another
    address has under the same names may be something else.
    """
    addresses = {_address_of(target) for data in files.values() for target in walk.targets(data)} - {("", "")}
    prefixes = {prefix for prefix, _ in addresses}
    if len(prefixes) != 1 or not all((folder / name).is_file() for _, name in addresses):
        return
    (prefix,) = prefixes
    for data in files.values():
        for _, node in walk.refs(data):
            node["$ref"] = node["$ref"].removeprefix(prefix)
        for mapping in walk.mappings(data):
            mapping.update({key: str(target).removeprefix(prefix) for key, target in mapping.items()})


def _address_of(target: str) -> tuple[str, str]:
    """The address of the folder that a reference names, and the file in it; nothing for a reference without one."""
    url = target.partition("#")[0]
    if "://" not in url:
        return "", ""
    prefix, slash, name = url.rpartition("/")
    return prefix + slash, name


def _neighbours(data: Any, path: Path) -> Iterator[str]:
    """Names of the files that `data` refers to; refuses references that leave the folder."""
    if all(target.startswith("#") for target in walk.targets(data)):
        return
    for at, node in walk.refs(data):
        target = node["$ref"].split("#", 1)[0]
        if not target:
            continue
        name = posixpath.normpath(target)
        if not _is_file_name(target, name):
            raise DocumentError(
                f"the reference {node['$ref']!r} leaves the document",
                where=f"{path}:{loader.line_of(path, at)}",
                remedy=_remedy(data, node["$ref"]),
            )
        yield name


def _remedy(data: Any, target: str) -> str:
    """What to do about a reference that leads elsewhere, and how many more there are of its kind."""
    prefix, _ = _address_of(target)
    count = sum(prefix == _address_of(other)[0] for other in walk.targets(data)) if prefix else 1
    if count == 1:
        return "References are never fetched. Save the target beside the document and refer to it by name."
    return (
        f"References are never fetched, and {count} of this file begin with {prefix}. Save all files of that address "
        "in one folder, and give the folder."
    )


def _is_file_name(target: str, name: str) -> bool:
    """Whether a reference names a file of its own folder; `name` is its path in the shortest spelling."""
    is_url = "://" in target or target.startswith("//")
    return not is_url and "/" not in name and "\\" not in name and not name.startswith("..")


def _merge(folder: Path, files: dict[str, dict[str, Any]], operations_of: str = "") -> dict[str, Any]:
    """All files in one tree; a component `x` of `File.json` becomes `File.x`."""
    out: dict[str, Any] = {"openapi": "", "info": {}, "paths": {}, "components": {}}
    for name, data in files.items():
        stem = Path(name).stem
        list(_neighbours(data, folder / name))
        for _, node in walk.refs(data):
            node["$ref"] = _local(node["$ref"], name)
        for mapping in walk.mappings(data):
            mapping.update({key: _local(_reference_of(ref, data), name) for key, ref in mapping.items()})
        out["openapi"] = max(out["openapi"], str(data.get("openapi", "")))
        for kind, entries in data.get("components", {}).items():
            _add_components(out["components"].setdefault(kind, {}), kind, entries, stem)
        if operations_of in ("", name):
            out["info"] = out["info"] or data.get("info", {})
            for key in ("security", "tags"):
                if key in data:
                    out.setdefault(key, data[key])
            _keep_servers(data, out)
            _add_paths(out["paths"], data.get("paths", {}))
    return out


def _keep_servers(data: dict[str, Any], out: dict[str, Any]) -> None:
    """The servers of the first file with paths count for the whole; others keep theirs where their paths begin anew."""
    servers = data.get("servers", [])
    if servers and data.get("paths") and not out["paths"]:
        out["servers"] = servers
    if bases_of(servers) == bases_of(out.get("servers")):
        return
    for _, method, item in walk.operations(data):
        if "servers" not in item:
            item[method].setdefault("servers", servers or [{"url": "/"}])


def _add_components(components: dict[str, Any], kind: str, entries: dict[str, Any], stem: str) -> None:
    for key, value in entries.items():
        if kind != "securitySchemes":
            components[f"{stem}.{key}"] = value
        elif "$ref" not in value:
            # Files of one set repeat their security schemes, or refer to the file that spells it out.
            components.setdefault(key, value)


def _reference_of(target: Any, data: Any) -> str:
    """What a discriminator's mapping names, which may be the bare name of a schema of the same file, as a reference."""
    target = str(target)
    schemas = data.get("components", {}).get("schemas", {})
    return reference_of(("components", "schemas", target)) if target in schemas else target


def _local(ref: str, name: str) -> str:
    """A reference in the file called `name`, as it reads once all files are one tree."""
    target, _, pointer = ref.partition("#")
    parts = parts_of_reference("#" + pointer)
    stem = Path(posixpath.normpath(target) if target else name).stem
    if len(parts) >= 3 and parts[0] == "components" and parts[1] != "securitySchemes":
        return "#" + pointer_of(("components", parts[1], f"{stem}.{parts[2]}", *parts[3:]))
    return "#" + pointer_of(parts)


def _add_paths(paths: dict[str, Any], added: dict[str, Any]) -> None:
    for path, item in added.items():
        target = paths.setdefault(path, {})
        for key, value in item.items():
            if key in METHODS and key in target:
                also = target[key].setdefault("x-also", [])
                also.append(value.get("operationId", f"{key} {path}"))
            else:
                target[key] = value
