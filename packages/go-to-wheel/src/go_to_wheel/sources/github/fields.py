"""Answers of GitHub's API, read field by field."""

from __future__ import annotations

from ... import json_fields
from ...errors import DownloadError


class Fields(json_fields.Fields):
    """An object of such an answer."""

    @staticmethod
    def wrong_shape(place: str, wanted: str) -> DownloadError:
        """The error for a value that is not what it should be."""
        return DownloadError(
            f"The server's answer is not as GitHub describes it: {place} is not {wanted}.",
            hint="Is GITHUB_API_URL the root of GitHub's REST API?",
        )
