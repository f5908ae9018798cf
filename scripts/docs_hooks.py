"""What mkdocs does beside its own work when it builds the documentation.

- At the end it says how to look at the site.
- Links that lead out of ``docs/`` go to the file in the repository, and a file that is not there
  is a warning, which a strict build refuses.
- Diagrams are drawn by Mermaid from the site itself (see ``docs_mermaid.py``); where that has not
  been fetched they stay as the text they are written in. The theme would load it from another
  host, whose address is taken out.
- The search takes "--platforms" for the word without its dashes. To the theme a leading dash means
  "not this word", and nothing would be found.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/go-to-wheel/go-to-wheel"
SCRIPT = "assets/javascripts/mermaid.min.js"

_log = logging.getLogger("mkdocs.hooks.docs")
_LINK = re.compile(r"\]\((?P<path>\.\.?/[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
_DIAGRAM = 'class="mermaid"'
# The theme's own script loads two others where the browser lacks something, or the page Mermaid.
_FOREIGN_SCRIPT = re.compile(r'(?<=\(")https://[^"]+(?="\):\$\(void 0\))')
# Where that script hands what was typed to the search, which works in the background.
_QUERY = re.compile(r"(?<=\.next\(\{type:2,data:)\w+(?=\}\))")
_WITHOUT_DASHES = r'.replace(/(^|\s)-+/g,"$1")'


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links to files of the repository into links to its pages."""
    root, source = Path(config.config_file_path).parent, Path(config.docs_dir, page.file.src_uri)

    def replace(found: re.Match[str]) -> str:
        target = Path(os.path.normpath(source.parent / found["path"]))
        if target.is_relative_to(config.docs_dir):
            return found[0]
        if not target.is_relative_to(root) or not target.exists():
            _log.warning("%s links to %s, which is not there.", page.file.src_uri, found["path"])
            return found[0]
        kind = "tree" if target.is_dir() else "blob"
        place = target.relative_to(root).as_posix()
        return f"]({REPOSITORY}/{kind}/main/{place}{found['anchor'] or ''})"

    return _LINK.sub(replace, markdown)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001
    """Load Mermaid where there is a diagram, and nowhere else: it is large."""
    if _DIAGRAM not in output:
        return output
    if _mermaid() is None:
        return output.replace(_DIAGRAM, 'class="diagram"')
    up = "../" * page.url.count("/")
    return output.replace("</head>", f'<script src="{up}{SCRIPT}" defer></script></head>', 1)


def on_post_build(config: MkDocsConfig) -> None:
    """Put Mermaid into the site, and change the theme's script."""
    site = Path(config.site_dir)
    mermaid = _mermaid()
    if mermaid is None:
        _log.info("Diagrams stay text: scripts/docs_mermaid.py has not fetched Mermaid.")
    else:
        shutil.copyfile(mermaid, site / SCRIPT)
    for bundle in site.glob("assets/javascripts/bundle.*.js*"):
        if bundle.suffix == ".map":
            bundle.unlink()
            continue
        text, count = _FOREIGN_SCRIPT.subn("", bundle.read_text(encoding="utf-8"))
        if count != 2:
            _log.warning("%s loads %s foreign scripts, and not two.", bundle.name, count)
        text, count = _QUERY.subn(lambda found: found[0] + _WITHOUT_DASHES, text)
        if count != 1:
            _log.warning("%s asks the search in %s places, and not in one.", bundle.name, count)
        bundle.write_text(text, encoding="utf-8")
    _log.info(
        "Look at it: open %s in a browser. (The search alone wants a server: python3 -m"
        " http.server --directory %s)",
        site / "index.html",
        site,
    )


def _mermaid() -> Path | None:
    folder = os.environ.get("MERMAID_FOLDER", str(ROOT / "build" / "mermaid"))
    found = Path(folder, "mermaid.min.js")
    return found if found.is_file() else None
