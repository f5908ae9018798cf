"""Options that mean nothing for a source of some form."""

from __future__ import annotations

from .errors import UsageError
from .request import BuildRequest
from .sources.forms import Form, GitHubRelease, GoFolder, ModuleAtVersion


def refuse_foreign_options(request: BuildRequest, form: Form) -> None:
    """Refuse options that a source of this form has no use for.

    Raises:
        UsageError: there are some; the message names them.
    """
    go, release = request.go, request.release
    hints = {"--binary": "Programs of Go source are chosen with --package."}
    if isinstance(form, GoFolder | ModuleAtVersion):
        where = "Go source"
        given = {
            "--binary": release.binaries,
            "--asset": release.assets,
            "--allow-unverified": release.allow_unverified,
            **_trust_options(request),
        }
    else:
        where = "what was built already"
        hints = {"--package": "Programs of a release or an archive are chosen with --binary."}
        given = {
            "--package": go.packages,
            "--ldflags": go.ldflags,
            "--tags": go.tags,
            "--set-version-var": go.version_variable,
            "--go-binary": go.binary,
            "--cgo": go.cgo,
            "--libc": go.libc,
            "--require-licenses": request.require_licenses,
            **({} if isinstance(form, GitHubRelease) else _trust_options(request)),
        }
    foreign = [option for option, value in given.items() if value]
    if foreign:
        alone = len(foreign) == 1
        more = [hints[option] for option in foreign if option in hints]
        raise UsageError(
            f"{' and '.join(foreign)} {'has' if alone else 'have'} no meaning for {where}.",
            hint=" ".join([f"Leave {'it' if alone else 'them'} out.", *more]),
        )


def _trust_options(request: BuildRequest) -> dict[str, bool]:
    """The options that mean something for a GitHub release alone, and whether they are given."""
    trust = request.release.trust
    return {
        "--require-signature": trust.require_signature,
        "--minisign-key": trust.minisign_key is not None,
        "--trusted-root": trust.trusted_root is not None,
        "--lock": trust.lock is not None,
        "--update-lock": trust.update_lock,
        "--min-age": trust.min_age_days is not None,
    }
