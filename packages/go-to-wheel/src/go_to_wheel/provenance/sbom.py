"""The bill of materials of a wheel's binaries: CycloneDX 1.6, as JSON.

It lies in ``dist-info/sboms/`` (PEP 770). Scanners match known weaknesses by the purls
(package URLs, ECMA-427; type ``golang``), those of Go's own library by ``stdlib``. There is no
time in it, and its serial number is made from its content: the same binaries give the same
bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType, Pedigree
from cyclonedx.model.license import LicenseExpression
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.version import Version

from .._version import __version__
from ..model import GoModule
from ..names import DistributionName
from .parts import LinkedLibrary, Part

_GO_VERSION = re.compile(r"go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)(?![\w.])")
_UNKNOWN_VERSIONS = {"", "(devel)"}  # of a module that was built from a folder
_NAMESPACE = uuid.UUID("6f2ea3b5-8a0d-5a6e-9a57-1c6f1f7a2c11")  # of our serial numbers (RFC 9562)
_SUM = "go-to-wheel:sum"
_GO = "go-to-wheel:go"


def render_sbom(
    name: DistributionName,
    version: Version,
    parts: Sequence[Part],
    licenses: Mapping[str, str] | None = None,
) -> bytes:
    """The bill of materials of a wheel.

    Args:
        name: the distribution's name.
        version: its version.
        parts: its binaries.
        licenses: path of a module → its licence as an SPDX expression, as far as it is known;
            ``std`` is Go's own library.
    """
    root = Component(
        name=name.display,
        version=str(version),
        type=ComponentType.APPLICATION,
        bom_ref=f"pkg:pypi/{name.normalized}@{version}",
        purl=PackageURL(type="pypi", name=name.normalized, version=str(version)),
    )
    tool = Component(name="go-to-wheel", version=__version__, type=ComponentType.APPLICATION)
    tool.bom_ref.value = "go-to-wheel"
    bom = Bom()
    bom.metadata.component = root
    bom.metadata.tools = ToolRepository(components=[tool])
    inventory = _Inventory(bom=bom, licenses=licenses or {})
    binaries = [inventory.add_binary(part) for part in sorted(parts, key=lambda part: part.path)]
    bom.register_dependency(root, binaries)
    return _reproducible(JsonV1Dot6(bom).output_as_string())


def _reproducible(text: str) -> bytes:
    """The bill without the time of day and the random number that the library puts into it."""
    document = json.loads(text)
    del document["metadata"]["timestamp"], document["serialNumber"]
    digest = hashlib.sha256(_canonical(document)).hexdigest()
    document["serialNumber"] = uuid.uuid5(_NAMESPACE, digest).urn
    return _canonical(document)


def _canonical(document: object) -> bytes:
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


@dataclass(slots=True, kw_only=True)
class _Inventory:
    """The components so far, each once."""

    bom: Bom
    licenses: Mapping[str, str]
    known: dict[str, Component] = field(default_factory=dict)

    def add_binary(self, part: Part) -> Component:
        info = part.build_info
        binary = self._add(
            Component(
                name=part.path,
                type=ComponentType.FILE,
                bom_ref=f"file:{part.path}",
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)],
                properties=[Property(name=_GO, value=info.go_version)] if info else [],
            )
        )
        others = [self._add(_library(each)) for each in part.libraries]
        if info is None:
            if others:
                self.bom.register_dependency(binary, others)
            return binary
        library = self._add(_standard_library(info.go_version, self.licenses))
        modules = [self._add(_module(module, self.licenses)) for module in info.modules]
        linked = [library, *modules, *others]
        if info.main is None:
            self.bom.register_dependency(binary, linked)
            return binary
        # Go does not record which module needs which: all of them are the program's.
        main = self._add(_module(info.main, self.licenses))
        self.bom.register_dependency(binary, [main])
        self.bom.register_dependency(main, [each for each in linked if each is not main])
        return binary

    def _add(self, component: Component) -> Component:
        reference = str(component.bom_ref.value)
        if reference not in self.known:
            self.known[reference] = component
            self.bom.components.add(component)
        return self.known[reference]


def _standard_library(go_version: str, licenses: Mapping[str, str]) -> Component:
    found = _GO_VERSION.search(go_version)
    version = found[1] if found else None
    purl = PackageURL(type="golang", name="stdlib", version=version)
    return Component(
        name="stdlib",
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=_license(licenses.get("std")),
        properties=[Property(name=_GO, value=go_version)],
    )


def _library(library: LinkedLibrary) -> Component:
    purl = PackageURL(type="generic", name=library.name, version=library.version or None)
    return Component(
        name=library.name,
        version=library.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=_license(library.license),
    )


def _module(module: GoModule, licenses: Mapping[str, str]) -> Component:
    """The module that is linked in; what it stands in for goes into its pedigree."""
    other = module.replaced_by
    if other is None:
        return _component(module, licenses.get(module.path))
    if other.version in _UNKNOWN_VERSIONS:  # its path is a folder of the machine that built it
        linked = GoModule(path=module.path)
    else:
        linked = GoModule(path=other.path, version=other.version, sum=other.sum)
    component = _component(linked, licenses.get(module.path))
    component.pedigree = Pedigree(
        ancestors=[_component(GoModule(path=module.path, version=module.version), None)]
    )
    return component


def _component(module: GoModule, license_: str | None) -> Component:
    version = None if module.version in _UNKNOWN_VERSIONS else module.version
    purl = _purl(module.path, version)
    return Component(
        name=module.path,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl) if purl else f"module:{module.path}@{version or ''}",
        purl=purl,
        hashes=_hashes(module.sum),
        licenses=_license(license_),
        properties=[Property(name=_SUM, value=module.sum)] if module.sum else [],
    )


def _purl(path: str, version: str | None) -> PackageURL | None:
    """The package URL of a module; None where its path can be none, in a record made to harm."""
    namespace, _, name = path.rpartition("/")
    try:
        return PackageURL(type="golang", namespace=namespace or None, name=name, version=version)
    except ValueError:
        return None


def _hashes(checksum: str) -> list[HashType]:
    """Go's sum as SHA-256: of the list of a module's files and their digests.

    The form is that of golang.org/x/mod/sumdb/dirhash; CycloneDX's own tool for Go writes the
    digest here too.
    """
    kind, _, encoded = checksum.partition(":")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return []
    if kind != "h1" or len(digest) != hashlib.sha256().digest_size:
        return []
    return [HashType(alg=HashAlgorithm.SHA_256, content=digest.hex())]


def _license(expression: str | None) -> list[LicenseExpression]:
    return [LicenseExpression(value=expression)] if expression else []
