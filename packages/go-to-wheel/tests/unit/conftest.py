"""What all unit tests share."""

from __future__ import annotations

import hypothesis

# No time limit for an example: a busy machine is no failure. No database: a failure prints how
# to repeat it, and no folder is left behind.
hypothesis.settings.register_profile("unit", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("unit")
