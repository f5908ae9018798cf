"""What a test needs of the machine it runs on."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def requirement(name: str, found: Found | None, reason: str) -> Found:
    """Return what was found, or skip the test where it is None or False.

    With ``REQUIRE_ALL=1`` in the environment the test fails instead of being skipped, so that
    a machine that is meant to run everything cannot pass by leaving something out.

    Args:
        name: what is needed, for example ``wine``.
        found: the thing itself (a path, a version), or whether it is there.
        reason: why it is missing and how to get it.
    """
    if found is not None and found is not False:
        return found
    message = f"{name} is needed: {reason}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{message} (REQUIRE_ALL=1 turns this skip into a failure)", pytrace=False)
    pytest.skip(message)
