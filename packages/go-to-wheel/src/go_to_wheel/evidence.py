"""What a wheel carries to be checked: licences, bill of materials, record of origin.

Pure, but that bills of materials are kept from one build to the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ._version import __version__
from .cache import Cache
from .metadata import LicenseText, Metadata, Person
from .model import NO_TRACES, Binary, BinaryFacts, CLibrary, Traces
from .provenance.licenses import ModuleLicenses, combine_licenses
from .provenance.origin import (
    BinaryOrigin,
    BuildRecord,
    FileOrigin,
    OriginRecord,
    ReleaseOrigin,
    SourceOrigin,
)
from .provenance.parts import LinkedLibrary, Part, c_libraries, sbom_key, sbom_name
from .provenance.record import FILE_NAME, render_origin
from .release import ProofKind
from .targets import System
from .wheel.core_metadata import is_spdx
from .wheel.plan import Distribution, Entry, WheelPlan

_NO_CACHE = Cache()
_NO_LICENSES = ("NOTICE", "PATENTS")  # they may quote those of others


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A binary, and how it came to be.

    Attributes:
        binary: the binary.
        facts: what its header says, once for each architecture.
        source: what it was made of, or taken from.
        build: how it was compiled; None where somebody else did that.
        traces: what of the C compiler's libraries is in it.
    """

    binary: Binary
    facts: Sequence[BinaryFacts]
    source: SourceOrigin
    build: BuildRecord | None = None
    traces: Traces = NO_TRACES


def with_licenses(metadata: Metadata, modules: Sequence[ModuleLicenses]) -> Metadata:
    """The metadata with the licences of what is linked in.

    The licence expression is that of the whole, the program's own and those of all modules,
    where every one of them is certain; else it stays what the project itself says, if anything.

    Args:
        metadata: that of the project; what it says of its own licence is believed.
        modules: what is linked in, with its licences.
    """
    given = metadata.license_files or ()
    texts = (*given, *(text for module in modules for text in module.texts))
    own = metadata.license or _license_of(given)
    whole = _whole([own, *(module.expression for module in modules)])
    return replace(metadata, license=whole or metadata.license, license_files=texts)


def _license_of(texts: Sequence[LicenseText]) -> str | None:
    from .provenance.identify import license_of  # loaded where there are texts to read

    return license_of(texts)


def _whole(expressions: Sequence[str | None]) -> str | None:
    certain = [each for each in expressions if each is not None and is_spdx(each)]
    return combine_licenses(certain) if len(certain) == len(expressions) else None


def without_license(modules: Iterable[ModuleLicenses]) -> tuple[str, ...]:
    """The modules without a licence that can be recognised, as ``path version``."""
    return tuple(str(module) for module in modules if not module.recognised)


def own_license_is_known(metadata: Metadata) -> bool:
    """Whether a project names its licence, or a known one stands in one of its licence texts.

    Args:
        metadata: that of the project alone, without what is linked in.
    """
    if metadata.license or any(name.startswith("License ::") for name in metadata.classifiers):
        return True
    from .provenance.identify import holds_license  # loaded where there is a text to read

    return any(
        holds_license(text.content)
        for text in metadata.license_files or ()
        if not text.path.name.upper().startswith(_NO_LICENSES)
    )


def given_of(metadata: Metadata, targets: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """What a build was told of a distribution, in a form that its record of origin can hold.

    Of a README there is only the digest. A text that is no plain line, or would be taken for
    that, stands there as JSON has it.

    Args:
        metadata: what the user and the project's settings say.
        targets: the names of the targets whose linked modules METADATA tells of; none where it
            does not depend on them.
    """
    author = metadata.authors[0] if len(metadata.authors) == 1 else Person()
    pages = dict(metadata.urls) if len(metadata.urls) == 1 else {}
    told = {
        "author": author.name,
        "author-email": author.email,
        "description": metadata.description,
        "license": metadata.license,
        "readme": readme_digest(metadata.readme.text) if metadata.readme else None,
        "requires-python": metadata.requires_python,
        "targets": ",".join(targets),
        "url": pages.get("Homepage"),
    }
    return tuple((name, _as_line(text)) for name, text in told.items() if text)


def readme_digest(text: str) -> str:
    """What a record of origin says of a README."""
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"sha256:{hashlib.sha256(written.encode(errors='surrogatepass')).hexdigest()}"


def _as_line(text: str) -> str:
    """A text as a record can hold it: printable."""
    return text if text.isprintable() and not text.startswith('"') else json.dumps(text)


def _from_line(line: str) -> str:
    """The text that stands so in a record; what is none of ours stays as it is."""
    if line.startswith('"'):
        with suppress(ValueError):
            text = json.loads(line)
            return text if isinstance(text, str) else line
    return line


def told_metadata(given: Sequence[tuple[str, str]]) -> Metadata:
    """The metadata in what a record of origin says was given.

    The targets are no part of it, and nobody can tell a README from its digest.
    """
    told = {name: _from_line(text) for name, text in given}
    author = Person(name=told.get("author"), email=told.get("author-email"))
    return Metadata(
        description=told.get("description"),
        license=told.get("license"),
        authors=(author,) if author.name or author.email else (),
        urls=(("Homepage", told["url"]),) if "url" in told else (),
        requires_python=told.get("requires-python"),
    )


def with_evidence(
    plan: WheelPlan,
    distribution: Distribution,
    made: Sequence[Made],
    modules: Sequence[ModuleLicenses] = (),
    bills: Cache = _NO_CACHE,
) -> WheelPlan:
    """The plan with the record of origin and the bill of materials in its dist-info folder.

    Args:
        plan: a wheel that holds the binaries.
        distribution: what it is planned from.
        made: its binaries, and how they came to be.
        modules: what is linked in, with its licences; none where they are not known.
        bills: where bills of materials are kept.
    """
    places = {entry.content: entry.path for entry in plan.entries}
    known = {module.path: module.expression for module in modules if module.expression}
    parts = [
        Part(
            path=places[each.binary.path],
            sha256=each.binary.sha256,
            build_info=next((fact.build_info for fact in each.facts if fact.build_info), None),
            libraries=_c_libraries(each, modules),
        )
        for each in made
    ]
    origins = tuple(_origin(each, places[each.binary.path]) for each in made)
    record = OriginRecord(tool_version=__version__, binaries=origins, given=distribution.given)
    info = plan.record_path.rpartition("/")[0]
    files = {
        FILE_NAME: render_origin(record),
        sbom_name(distribution.name): _bill(distribution, parts, known, bills),
    }
    added = [Entry(path=f"{info}/{name}", content=content) for name, content in files.items()]
    about = [entry for entry in plan.entries if entry.path.startswith(f"{info}/")]
    rest = [entry for entry in plan.entries if entry not in about]
    last = sorted([*about, *added], key=lambda entry: entry.path)
    return replace(plan, entries=(*rest, *last))


def _c_libraries(made: Made, modules: Sequence[ModuleLicenses]) -> tuple[LinkedLibrary, ...]:
    """What the C compiler has linked in beside the C code."""
    if made.build is None or not made.build.zig_version:
        return ()
    system, libc, traces = made.binary.target.system, made.build.libc, made.traces
    if system is System.LINUX and libc == CLibrary.GLIBC and not traces.glibc_start:
        return ()  # there is no C code in it, so that Go's own linker has made it
    names = c_libraries(system, libc, cxx=traces.cxx)
    return tuple(
        LinkedLibrary(name=each.path, version=each.version, license=each.expression)
        for each in modules
        if each.path in names
    )


def _bill(
    distribution: Distribution, parts: Sequence[Part], licenses: Mapping[str, str], kept: Cache
) -> bytes:
    key = sbom_key(distribution.name, distribution.version, parts, licenses)
    bill = kept.get(key)
    if bill is None:
        from .provenance.sbom import render_sbom  # its library takes a tenth of a second

        bill = render_sbom(distribution.name, distribution.version, parts, licenses)
        kept.put(key, bill)
    return bill


def _origin(made: Made, path: str) -> BinaryOrigin:
    return BinaryOrigin(
        path=path,
        sha256=made.binary.sha256,
        size=made.binary.size,
        target=made.binary.target.name,
        source=_as_published(made.source),
        build=made.build,
    )


def _as_published(source: SourceOrigin) -> SourceOrigin:
    """The origin without what only its builder's lock says: others have no such file."""
    if not isinstance(source, ReleaseOrigin | FileOrigin):
        return source
    published = tuple(proof for proof in source.proofs if proof.how is not ProofKind.LOCK)
    return replace(source, proofs=published)
