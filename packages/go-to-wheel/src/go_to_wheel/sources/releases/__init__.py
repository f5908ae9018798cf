"""A GitHub release, as a source: its assets fetched, verified, unpacked."""
