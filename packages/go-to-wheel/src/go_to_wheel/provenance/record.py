"""The record of origin: how each binary of a wheel came to be, written and read.

It is the file ``go-to-wheel.json`` in the dist-info folder, where a tool may put files of its
own (the core metadata specification, "The .dist-info directory"). The same record always gives
the same bytes. It names no folder and no user of the machine that built the wheel.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..errors import OriginError
from ..release import Proof, ProofKind
from .fields import Fields, unfit_for_record
from .origin import (
    BinaryOrigin,
    BuildRecord,
    FileOrigin,
    FolderOrigin,
    ModuleOrigin,
    OriginRecord,
    ReleaseOrigin,
    SourceOrigin,
)

FILE_NAME = "go-to-wheel.json"
"""Its name in the dist-info folder."""

FORMAT = 1
"""The number of this form of the record; a later one may not be readable here."""

SIZE_LIMIT = 4 << 20
"""The largest record that is read, in bytes."""

_STAND_IN = re.compile(r"\$[A-Z]{1,20}")
_PROOF_TEXTS = ("file", "covers", "identity", "issuer", "source_commit", "source_ref")

_Value: TypeAlias = "str | int | bool | list[str] | list[_Object] | dict[str, str] | _Object"
_Object: TypeAlias = "dict[str, _Value]"


def render_origin(record: OriginRecord) -> bytes:
    """The record as JSON: UTF-8, sorted by name, what is empty left out.

    Raises:
        OriginError: it holds what nobody could read in it.
    """
    document: _Object = {
        "format": FORMAT,
        "tool": {"name": "go-to-wheel", "version": record.tool_version},
        "binaries": [_binary(binary) for binary in sorted(record.binaries, key=lambda b: b.path)],
    }
    if record.given:
        given: dict[str, str] = dict(record.given)
        document["given"] = given
    _check_texts(document, "")
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def _check_texts(value: object, place: str) -> None:
    """Refuse to write what ``parse_origin`` would refuse to read."""
    match value:
        case str() if unfit := unfit_for_record(value):
            raise OriginError(
                f"The record of origin cannot hold {value!a}, which is its {place}: it has the"
                f" character {unfit}.",
                hint="Give it a name of one line, without characters that control a terminal.",
            )
        case dict():
            for name, inner in value.items():
                _check_texts(name, f"name in {place}" if place else "name")
                _check_texts(inner, f"{place}.{name}" if place else name)
        case list():
            for index, inner in enumerate(value):
                _check_texts(inner, f"{place}[{index}]")


def _binary(binary: BinaryOrigin) -> _Object:
    return {
        "path": binary.path,
        "sha256": binary.sha256,
        "size": binary.size,
        "target": binary.target,
        "source": _source(binary.source),
        **({"build": _build(binary.build)} if binary.build else {}),
    }


def _build(build: BuildRecord) -> _Object:
    environment: dict[str, str] = dict(build.environment)
    return _filled(
        go=build.go_version,
        flags=list(build.flags),
        hidden=list(build.hidden),
        environment=environment,
        zig=build.zig_version,
        libc=build.libc,
    )


def _source(source: SourceOrigin) -> _Object:
    match source:
        case FolderOrigin():
            dirty: _Object = {} if source.dirty is None else {"dirty": source.dirty}
            return dirty | _filled(
                kind="folder",
                package=source.package,
                repository=source.repository,
                commit=source.commit,
                subfolder=source.subfolder,
            )
        case ModuleOrigin():
            return _filled(
                kind="module",
                package=source.package,
                module=source.module,
                version=source.version,
                sum=source.sum,
            )
        case ReleaseOrigin():
            return _filled(
                kind="release",
                repository=source.repository,
                tag=source.tag,
                url=source.url,
                asset=source.asset,
                asset_url=source.asset_url,
                sha256=source.sha256,
                member=source.member,
                verified=_proofs(source),
            )
        case FileOrigin():
            return _filled(
                kind="file",
                name=source.name,
                sha256=source.sha256,
                member=source.member,
                verified=_proofs(source),
            )


def _proofs(source: ReleaseOrigin | FileOrigin) -> list[_Object]:
    return [proof_document(each) for each in source.proofs]


def proof_document(proof: Proof) -> _Object:
    """What bytes were verified by, as JSON has it."""
    index: _Object = {} if proof.log_index is None else {"log_index": proof.log_index}
    texts = {name: getattr(proof, name) for name in _PROOF_TEXTS}
    return index | _filled(how=str(proof.how), **texts)


def _filled(**values: _Value) -> _Object:
    return {name: value for name, value in values.items() if value}


def parse_origin(content: bytes) -> OriginRecord:
    """Read a record.

    Raises:
        OriginError: it cannot be read; the message carries the place.
    """
    if len(content) > SIZE_LIMIT:
        raise Fields.wrong_shape("", f"of at most {SIZE_LIMIT} bytes")
    document = Fields.parse(content)
    if (number := document.number("format")) != FORMAT:
        raise OriginError(
            f"The record of origin has the form {number}, and this go-to-wheel reads {FORMAT}.",
            hint="Use a newer go-to-wheel.",
        )
    return OriginRecord(
        tool_version=document.object("tool").text("version"),
        binaries=tuple(_read_binary(each) for each in document.optional_objects("binaries")),
        given=document.pairs("given"),
    )


def _read_binary(fields: Fields) -> BinaryOrigin:
    build = fields.optional_object("build")
    return BinaryOrigin(
        path=fields.text("path"),
        sha256=fields.sha256("sha256"),
        size=fields.number("size"),
        target=fields.text("target"),
        source=_read_source(fields.object("source")),
        build=_read_build(build) if build else None,
    )


def _read_build(fields: Fields) -> BuildRecord:
    return BuildRecord(
        go_version=fields.text("go"),
        flags=fields.texts("flags"),
        hidden=_read_names(fields, "hidden"),
        environment=fields.pairs("environment"),
        zig_version=fields.optional_text("zig"),
        libc=fields.optional_text("libc"),
    )


def _read_names(fields: Fields, key: str) -> tuple[str, ...]:
    names = fields.texts(key)
    if not all(map(_STAND_IN.fullmatch, names)):
        raise fields.wrong(key, "an array of names like $HOME")
    return names


def _read_source(fields: Fields) -> SourceOrigin:
    kind = fields.text("kind")
    if kind not in _READERS:
        raise fields.wrong("kind", f"one of {', '.join(_READERS)}")
    return _READERS[kind](fields)


def _read_folder(fields: Fields) -> FolderOrigin:
    return FolderOrigin(
        package=fields.text("package"),
        repository=fields.optional_text("repository"),
        commit=fields.optional_text("commit"),
        dirty=fields.flag("dirty") if "dirty" in fields.names else None,
        subfolder=fields.optional_text("subfolder"),
    )


def _read_module(fields: Fields) -> ModuleOrigin:
    return ModuleOrigin(
        package=fields.text("package"),
        module=fields.text("module"),
        version=fields.text("version"),
        sum=fields.optional_text("sum"),
    )


def _read_release(fields: Fields) -> ReleaseOrigin:
    return ReleaseOrigin(
        repository=fields.text("repository"),
        tag=fields.text("tag"),
        url=fields.optional_text("url"),
        asset=fields.text("asset"),
        asset_url=fields.optional_text("asset_url"),
        sha256=fields.sha256("sha256"),
        member=fields.optional_text("member"),
        proofs=_read_proofs(fields),
    )


def _read_file(fields: Fields) -> FileOrigin:
    return FileOrigin(
        name=fields.text("name"),
        sha256=fields.sha256("sha256"),
        member=fields.optional_text("member"),
        proofs=_read_proofs(fields),
    )


_READERS: Mapping[str, Callable[[Fields], SourceOrigin]] = {
    "folder": _read_folder,
    "module": _read_module,
    "release": _read_release,
    "file": _read_file,
}


def _read_proofs(fields: Fields) -> tuple[Proof, ...]:
    return tuple(_read_proof(each) for each in fields.optional_objects("verified"))


def _read_proof(fields: Fields) -> Proof:
    how = fields.text("how")
    if how not in set(ProofKind):
        raise fields.wrong("how", f"one of {', '.join(ProofKind)}")
    return Proof(
        how=ProofKind(how),
        log_index=fields.optional_number("log_index"),
        **{name: fields.optional_text(name) for name in _PROOF_TEXTS},
    )
