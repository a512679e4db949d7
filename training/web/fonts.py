"""Which letters our paper can show: the fonts that are installed with us and those of the operator's folder.

The only importer of fontTools (docs/decisions/0018, docs/howto/fonts.md).
"""

import importlib.resources
import struct
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from fontTools.unicodedata import script, script_name

_PACKAGES = ("justmytype_western_core", "justmytype_intl_rtl", "justmytype_intl_south_asia")
# In this order they are tried for each letter, before those of the operator's folder.
OURS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Symbols 2",
)
_FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
# Letters that belong to no script or to the one before them; nothing is missing where they are.
_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})


def our_folders(more: str = "") -> tuple[Path, ...]:
    """The folders with fonts: those of the packages, and `more` where there is such a folder."""
    own = tuple(Path(str(importlib.resources.files(name) / "fonts")) for name in _PACKAGES)
    folder = Path(more) if more else None
    return (*own, folder) if folder and folder.is_dir() else own


@lru_cache(maxsize=4)
def known_characters(more: str = "") -> frozenset[int]:
    """Every code point that some font has. Files that are no fonts are passed over. Read once per folder."""
    known: set[int] = set()
    for folder in our_folders(more):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _FONT_FILES and path.is_file():
                known |= _characters(path)
    return frozenset(known)


def missing_scripts(texts: Iterable[str], more: str = "") -> dict[str, str]:
    """The scripts in which `texts` are written and that no font covers: name in English -> some of the letters.

    Emoji and other signs without a script count as "Symbols".
    """
    known = known_characters(more)
    letters = sorted({char for text in texts for char in text if ord(char) not in known and _shows(char)})
    found: dict[str, str] = {}
    for char in letters:
        code = script(char)
        name = "Symbols" if code in _NO_SCRIPT else script_name(code, default="Symbols").replace("_", " ")
        if len(found.setdefault(name, "")) < 5:
            found[name] += char
    return found


def _shows(char: str) -> bool:
    """Whether anything of it should be seen: not white space, not a control, a joiner or a variation selector."""
    return not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn") and not _selects(char)


def _selects(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _characters(path: Path) -> set[int]:
    try:
        # Opened here, because the library leaves a file open that it cannot read.
        with path.open("rb") as file:
            several = path.suffix.lower() in (".ttc", ".otc")
            fonts = TTCollection(file, lazy=True).fonts if several else [TTFont(file, lazy=True)]
            return {code for font in fonts for code in font.getBestCmap() or ()}
    except (TTLibError, OSError, AssertionError, LookupError, ValueError, struct.error):
        return set()
