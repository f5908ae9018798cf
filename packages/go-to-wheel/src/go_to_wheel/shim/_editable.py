"""Finds the launcher of a project that is installed editable, for Python.

The other modules of the package lie in the project's own folder, where nothing is written. A
``.pth`` file of the environment imports this at every start of Python, so it does little.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

# Module → its file beside this one.
_MODULES = {"package._binary": "_binary.py"}

# The folder that holds the package, where the .pth file cannot name it; else empty. Bytes, since
# each locale reads them in its own way.
_FOLDER = b""


class _Finder:
    """Looks for a module after everything else has (the module ``importlib.abc``)."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> "ModuleSpec | None":  # noqa: ARG004
        if name not in _MODULES:
            return None
        from importlib.util import spec_from_file_location

        here = os.path.dirname(os.path.abspath(__file__))
        return spec_from_file_location(name, os.path.join(here, _MODULES[name]))


sys.meta_path.append(_Finder)
if _FOLDER and os.fsdecode(_FOLDER) not in sys.path:
    sys.path.append(os.fsdecode(_FOLDER))
