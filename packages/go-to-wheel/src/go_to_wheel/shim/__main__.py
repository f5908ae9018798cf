"""``python -m PACKAGE``: the same as the command."""

import sys

from . import main

sys.exit(main())
