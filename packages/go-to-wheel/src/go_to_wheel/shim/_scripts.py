"""Where installers put commands: needed when the executable is one of them.

pip, uv and pipx put the content of a wheel's ``.data/scripts`` into the scripts folder of
the environment, which depends on the install scheme (``--user``, ``--prefix``, ``--target``).
"""

import os
import sys
import sysconfig

# What ELF, Mach-O (both word sizes and byte orders, universal) and PE executables begin with.
_MAGIC = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"MZ",
)


def script_folders(package: str, distribution: str, file_name: str) -> "list[str]":
    """The folders to look at, the surest first, each once.

    Args:
        package: the absolute path of the Python package.
        distribution: the distribution's name, as its dist-info folder begins with it.
        file_name: the file name of the executable.
    """
    site = os.path.dirname(package)
    scripts = "Scripts" if os.name == "nt" else "bin"
    folders = _recorded(package, distribution, file_name)
    # pip and uv put commands beside the packages under --target.
    folders += [os.path.join(site, "bin"), os.path.join(site, scripts)]
    # <prefix>/lib/pythonX.Y/site-packages or <prefix>/Lib/site-packages, under --prefix.
    parents = [os.path.dirname(os.path.dirname(site))]
    parents.append(os.path.dirname(parents[0]))
    folders += [os.path.join(prefix, scripts) for prefix in parents]
    folders.append(sysconfig.get_path("scripts"))
    folders += [
        sysconfig.get_path("scripts", scheme)
        for scheme in sysconfig.get_scheme_names()
        if scheme.startswith(os.name) or scheme == "osx_framework_user"
    ]
    return list(dict.fromkeys(os.path.normpath(folder) for folder in folders))


def is_program(path: str) -> bool:
    """Whether a native executable lies there, and not the command that runs right now.

    A script of that name may be one that imports this package: it would start itself for ever.
    On Windows such a command is a launcher, which is an executable too.
    """
    if not os.path.isfile(path) or _same(path) in _running():
        return False
    try:
        with open(path, "rb") as file:
            return file.read(4).startswith(_MAGIC)
    except OSError:
        return False


def _running() -> "list[str]":
    command = next(iter(getattr(sys, "argv", [])), "")
    return [_same(command), _same(command + ".exe")]  # launchers leave the ending out


def _same(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _recorded(package: str, distribution: str, file_name: str) -> "list[str]":
    """The folders that the distribution's own RECORD names for the file, but the package's."""
    site, name = os.path.split(package)
    folders = []
    try:
        entries = sorted(os.listdir(site))
    except OSError:  # the package lies in a zip file
        return []
    for entry in entries:
        if not (entry.startswith(f"{distribution}-") and entry.endswith(".dist-info")):
            continue
        try:
            record_path = os.path.join(site, entry, "RECORD")
            with open(record_path, encoding="utf-8", errors="surrogateescape") as record:
                paths = [line.rsplit(",", 2)[0].strip('"') for line in record]
        except OSError:
            continue
        folders += [
            os.path.join(site, os.path.dirname(path))
            for path in paths
            if os.path.basename(path) == file_name and not path.startswith(f"{name}/")
        ]
    return folders
