"""Who signed (sources/signatures/identity.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.sources.signatures.identity import Identity, read_identity
from helpers.sigstore_world import COMMIT, ISSUER, Claims, SigstoreWorld

REPOSITORY = "octo-org/tool"


def identity(claims: Claims) -> Identity:
    return read_identity(SigstoreWorld().sign(b"", claims).certificate)


@pytest.mark.parametrize("old", [False, True])
def test_a_certificate_tells_workflow_repository_commit_and_ref(old: bool) -> None:
    assert identity(Claims(old=old)) == Identity(
        name="https://github.com/octo-org/tool/.github/workflows/release.yml@refs/tags/v1.2.3",
        issuer=ISSUER,
        repository="https://github.com/octo-org/tool",
        commit=COMMIT,
        ref="refs/tags/v1.2.3",
    )


def test_a_text_longer_than_a_short_length_can_say_is_read() -> None:
    branch = "refs/heads/" + "long-" * 60
    assert identity(Claims(ref=branch)).ref == branch


def test_case_in_the_repository_s_name_does_not_count() -> None:
    assert identity(Claims()).is_of("Octo-Org/TOOL")


def test_a_shared_workflow_that_the_repository_calls_is_its_own() -> None:
    claims = Claims(workflow="shared/flows/.github/workflows/release.yml")
    assert identity(claims).is_of(REPOSITORY)


@pytest.mark.parametrize(
    "claims",
    [
        Claims(repository="evil/tool"),
        Claims(repository="octo-org/tool-2"),
        Claims(repository="evil/tool", workflow="octo-org/tool/.github/workflows/release.yml"),
        Claims(repository="evil/tool", workflow="octo-org/tool/.github/workflows/x.yml", old=True),
        Claims(issuer="https://issuer.example"),
        Claims(issuer=f"{ISSUER}/enterprise"),
        Claims(email="octo@example.com", issuer="https://github.com/login/oauth"),
        Claims(email="octo@example.com"),
        Claims(workflow="octo-org/tool/releases"),
    ],
)
def test_others_are_not_the_repository(claims: Claims) -> None:
    assert not identity(claims).is_of(REPOSITORY)
