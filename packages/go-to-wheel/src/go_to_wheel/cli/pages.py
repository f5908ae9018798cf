"""What a terminal shows of a wheel, as rich tables. Pure: nothing is printed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..check import Level, Problem
from ..check.report import shown
from ..inspection import Bill, Effect, EffectKind, Inspection, Program, TagVerdict
from ..model import BinaryFacts, BinaryFormat, BuildInfo, GoModule
from ..provenance.origin import BinaryOrigin, FileOrigin, FolderOrigin, ModuleOrigin, ReleaseOrigin
from ..release import Proof
from ..tags.describe import SYSTEM_NAMES
from ..targets import System
from ..verification import Choice, Verdict, Verification
from ..wording import counted
from .tables import proof_text, size_text

_SHOWN = 8  # entries of a long list
_LABEL = 10  # characters of the left column

_Row = tuple[str, RenderableType]
_VERDICTS = {
    True: ("deserved", "green"),
    False: ("not deserved", "red"),
    None: ("not judged", "yellow"),
}

_EFFECTS = {
    EffectKind.START: "is read whenever Python starts, and may run code",
    EffectKind.COMMAND: "goes among the commands",
    EffectKind.DATA: "goes to that place in the environment itself",
    EffectKind.HEADER: "goes among the C headers",
}
_VERIFIED = {
    Verdict.PROVEN: "green",
    Verdict.DIFFERENT: "bold red",
    Verdict.NOT_PROVEN: "yellow",
}


def inspection_page(wheel: Inspection, *, verbose: bool) -> RenderableType:
    """All that is known of a wheel.

    Args:
        wheel: what was found.
        verbose: list everything, however long the lists are.
    """
    limit = None if verbose else _SHOWN
    parts: list[RenderableType] = [
        Text(wheel.path.name, style="bold", overflow="fold"),
        _rows(_about(wheel, limit)),
    ]
    for program in wheel.programs[:limit]:
        parts += [
            Text(),
            Text(program.path, style="bold", overflow="fold"),
            _rows(_program(program, limit)),
        ]
    if limit is not None and len(wheel.programs) > limit:
        parts += [Text(), Text(_more(len(wheel.programs) - limit, "program"))]
    return Group(*parts)


def verification_page(verification: Verification) -> RenderableType:
    """What came of verifying a wheel."""
    verdict, style = verification.verdict, _VERIFIED[verification.verdict]
    head = Text.assemble(f"{verification.path.name}: ", (str(verdict), style), overflow="fold")
    parts = [head]
    if verification.method:
        head.append(f", {verification.method}")
        if verification.chosen:
            head.append(
                f", with {counted(len(verification.chosen), 'choice')} of its builder", "yellow"
            )
        parts += [_text(f"  the same bytes: {path}") for path in verification.same]
        parts += [_text(f"  {proof_text(proof)}") for proof in verification.proofs]
    if verification.chosen:
        parts.append(_text("  built with, as its builder chose and its source does not say:"))
        parts += [_choice(each) for each in verification.chosen]
    for finding in verification.findings:
        where = f"{finding.where}: " if finding.where else ""
        parts.append(_text(f"  {where}{finding.message} {finding.hint}".rstrip()))
        parts += [_text(f"    {shown(line)}") for line in finding.lines]
    parts += [_text(f"  note: {note}") for note in verification.notes]
    return Group(*parts)


def _choice(choice: Choice) -> Text:
    """One choice, whole: what is cut off could be what matters."""
    name, value = (
        "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
        for text in (choice.name, choice.value)
    )
    return Text.assemble("    ", (f"{name}: ", "yellow"), value, overflow="fold")


def _rows(rows: Iterable[_Row]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True, min_width=_LABEL)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(label), value)
    return table


def _text(text: str, style: str = "") -> Text:
    return Text(text, style=style, overflow="fold")


def _about(wheel: Inspection, limit: int | None) -> Iterator[_Row]:
    about = wheel.about
    if about.name:
        yield "name", _text(f"{about.name} {about.version}")
    if about.fault:
        yield "metadata", _text(f"not readable: {about.fault}", "red")
    if about.summary:
        yield "summary", _text(about.summary)
    files = f"{counted(wheel.members, 'file')}, {size_text(wheel.unpacked)} unpacked"
    yield "size", _text(f"{size_text(wheel.size)}; {files}")
    if wheel.unread:
        yield "content", _text(f"not unpacked: {wheel.unread}", "red")
    if wheel.commands:
        yield "commands", _listed(wheel.commands, limit, "command")
    python = f"{', '.join(wheel.pythons)} (ABI {', '.join(wheel.abis)})" if wheel.pythons else ""
    needs = f"needs Python {about.requires_python}" if about.requires_python else ""
    if python or needs:
        yield "python", _text("; ".join(filter(None, [python, needs])))
    if about.requires:
        yield "requires", _listed(about.requires, limit, "distribution")
    if about.generator:
        yield "made by", _text(about.generator)
    yield from _tags(wheel)
    yield "licence", _text(about.license or "not named", "" if about.license else "yellow")
    yield "", _listed(wheel.licenses or ("no licence text",), limit, "text")
    yield "SBOM", _bills(wheel.bills)
    yield from _origin(wheel, limit)
    yield "RECORD", _record(wheel, limit)
    yield from _members(wheel, limit)


def _members(wheel: Inspection, limit: int | None) -> Iterator[_Row]:
    if wheel.escapes:
        yield "unsafe", _escapes(wheel.escapes, limit)
    if wheel.effects:
        yield "effects", _listed([_effect(each) for each in wheel.effects], limit, "effect")
    if wheel.libraries:
        paths = [f"{each.path} ({each.format}, {size_text(each.size)})" for each in wheel.libraries]
        yield "libraries", _listed(paths, limit, "library", "libraries")


def _escapes(problems: Sequence[Problem], limit: int | None) -> Text:
    lines = [_text(f"{each.where}: {each.message}", "red") for each in problems[:limit]]
    if limit is not None and len(problems) > limit:
        lines.append(_text(_more(len(problems) - limit, "problem")))
    return Text("\n").join(lines)


def _effect(effect: Effect) -> str:
    return f"{effect.path} {_EFFECTS[effect.kind]}"


def _tags(wheel: Inspection) -> Iterator[_Row]:
    if wheel.name_fault:
        yield "tags", _text(wheel.name_fault, "red")
        return
    groups: dict[tuple[bool | None, str], list[TagVerdict]] = {}
    for verdict in wheel.tags:
        groups.setdefault((verdict.deserved, verdict.reason), []).append(verdict)
    for index, ((deserved, reason), verdicts) in enumerate(groups.items()):
        word, style = _VERDICTS[deserved]
        lines = Text("\n", overflow="fold").join(
            [_text(verdict.tag, "bold") for verdict in verdicts]
        )
        yield "" if index else "tags", lines
        why = Text.assemble((word, style), f": {reason}", overflow="fold")
        yield "", Padding(why, (0, 0, 0, 2))


def _bills(bills: Sequence[Bill]) -> Text:
    if not bills:
        return _text("none")
    return Text("\n").join([_bill(bill) for bill in bills])


def _bill(bill: Bill) -> Text:
    if bill.fault:
        return _text(f"{bill.path}: {bill.fault}", "red")
    what = bill.format or "of a form that is not read here"
    count = "" if bill.components is None else f", {counted(bill.components, 'component')}"
    return _text(f"{what}{count} ({bill.path.partition('/')[2]})")


def _origin(wheel: Inspection, limit: int | None) -> Iterator[_Row]:
    for fault in wheel.origin_faults[:limit]:
        yield "origin", _text(fault, "red")
    if wheel.origin is None:
        if not wheel.origin_faults:
            yield "origin", _text("not recorded")
        return
    yield "origin", _text(f"recorded by go-to-wheel {wheel.origin.tool_version}")
    for binary in wheel.origin.binaries[:limit]:
        head, *lines = _origin_lines(binary)
        yield "", _text(head)
        yield "", Padding(Text("\n").join([_text(line) for line in lines]), (0, 0, 0, 2))
    if wheel.origin.given:
        yield "given", Text("\n").join([_text(f"{k}: {v}") for k, v in wheel.origin.given])


def _origin_lines(binary: BinaryOrigin) -> Iterator[str]:
    yield f"{binary.path} ({binary.target})"
    match binary.source:
        case FolderOrigin() as folder:
            yield f"Go source {folder.package}"
            if folder.commit:
                state = ", with changes that no commit holds" if folder.dirty else ""
                yield f"commit {folder.commit}{state}"
            if folder.repository:
                yield f"of {folder.repository}"
        case ModuleOrigin() as module:
            yield f"Go module {module.module} {module.version} {module.sum}".rstrip()
        case ReleaseOrigin() as release:
            yield f"{release.asset} of github.com/{release.repository} {release.tag}"
            yield f"sha256 {release.sha256}"
            yield from _proof_lines(release.proofs)
            if not release.proofs:
                yield "not verified: no digest was published"
        case FileOrigin() as file:
            yield f"{file.name}, sha256 {file.sha256}"
            yield from _proof_lines(file.proofs)
    if build := binary.build:
        zig = f" and zig {build.zig_version}" if build.zig_version else ""
        yield f"compiled by {build.go_version}{zig} {' '.join(build.flags)}".rstrip()
        if build.libc:
            yield f"with C code, for {build.libc}"


def _proof_lines(proofs: Sequence[Proof]) -> Iterator[str]:
    for proof in proofs:
        yield proof_text(proof)


def _record(wheel: Inspection, limit: int | None) -> Text:
    record = wheel.record
    if wheel.unread:
        return _text("not compared")
    if any(problem.level is Level.ERROR for problem in record.problems):
        lines = [_text("does not tell the truth:", "red")]
    else:
        files = counted(record.files or 0, "file")
        lines = [_text(f"tells the truth of all {files}", "green")]
    for problem in record.problems[:limit]:
        style = "red" if problem.level is Level.ERROR else "yellow"
        where = "" if problem.where.endswith(".dist-info/RECORD") else f"{problem.where}: "
        lines.append(_text(f"{where}{problem.message}", style))
    if limit is not None and len(record.problems) > limit:
        lines.append(_text(_more(len(record.problems) - limit, "problem")))
    return Text("\n").join(lines)


def _program(program: Program, limit: int | None) -> Iterator[_Row]:
    sizes = f"{size_text(program.size)}, {size_text(program.packed)} packed"
    mode = "" if program.executable or program.path.endswith(".exe") else ", no execute bit"
    yield "size", _text(sizes + mode)
    if program.sha256:
        yield "sha256", _text(program.sha256)
    if program.fault:
        yield "fault", _text(program.fault, "red")
    for fact in program.facts:
        yield "program", _text(_kind(fact))
        yield "starts on", _text(_needs(fact))
        if fact.needed:
            yield "libraries", _text(", ".join(fact.needed))
    for line in _signatures(program):
        yield "signature", line
    infos = [fact.build_info for fact in program.facts if fact.build_info]
    if infos:
        yield from _go(infos[0], limit)


def _kind(fact: BinaryFacts) -> str:
    system = SYSTEM_NAMES[fact.system] if fact.system else "system not named"
    if fact.system is None and fact.format is BinaryFormat.ELF:
        system = "Linux"
    linking = "static" if fact.static else "dynamic"
    return f"{fact.format}, {system}, {fact.arch or 'a processor unknown to Go'}, {linking}"


def _needs(fact: BinaryFacts) -> str:
    words = []
    if fact.min_os:
        major, minor = fact.min_os
        match fact.system:
            case System.ANDROID:
                words.append(f"Android API level {major}")
            case System.WINDOWS:
                words.append(f"Windows NT {major}.{minor}")
            case _:
                words.append(f"{SYSTEM_NAMES[fact.system] if fact.system else ''} {major}.{minor}")
    if fact.libc:
        version = f" {fact.glibc[0]}.{fact.glibc[1]}" if fact.glibc else ""
        words.append(f"{fact.libc}{version}")
    if fact.interpreter:
        words.append(f"loaded by {fact.interpreter}")
    if fact.static:
        words.append("any C library, or none")
    return ", ".join(words) or "not said"


def _signatures(program: Program) -> Iterator[Text]:
    for signature in program.signatures:
        of = f"{signature.arch}: " if len(program.signatures) > 1 else ""
        if not signature.present:
            yield _text(f"{of}none", "yellow")
        elif signature.problem:
            yield _text(f"{of}it {signature.problem}", "red")
        else:
            who = "ad hoc, names nobody" if signature.ad_hoc else "names its signer"
            yield _text(f"{of}fits the bytes of {counted(signature.pages, 'page')} ({who})")
    for fact in program.facts:
        if fact.format is BinaryFormat.PE:
            yield _text("there, not verified here" if fact.signed else "none")


def _go(info: BuildInfo, limit: int | None) -> Iterator[_Row]:
    yield "Go", _text(f"{info.go_version}, {info.path or 'no package named'}")
    if info.main:
        yield "module", _text(_module(info.main))
    if info.modules:
        names = [_module(module) for module in info.modules]
        yield "linked in", _listed(names, limit, "module")
    if limit is None and info.settings:
        yield "settings", Text("\n").join([_text(f"{key}={value}") for key, value in info.settings])


def _module(module: GoModule) -> str:
    text = f"{module.path} {module.version}".rstrip()
    other = module.replaced_by
    return f"{text} => {other.path} {other.version}".rstrip() if other else text


def _listed(names: Sequence[str], limit: int | None, word: str, words: str = "") -> Text:
    lines = [_text(name) for name in names[:limit]]
    if limit is not None and len(names) > limit:
        lines.append(_text(_more(len(names) - limit, word, words), "dim"))
    return Text("\n", overflow="fold").join(lines)


def _more(number: int, word: str, words: str = "") -> str:
    return f"and {counted(number, f'more {word}', words and f'more {words}')}; -v lists all"
