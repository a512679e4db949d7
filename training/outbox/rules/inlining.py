"""A mail's style sheet written into its elements, because old mail programs read nothing else. Pure.

Only what our own sheet uses is understood: rules of one tag, class, or tag with class. Everything else (media queries,
what Outlook on the web adds) stays in the head, where newer programs read it.
"""

import base64
import re
from collections.abc import Callable
from functools import lru_cache

from training.outbox.rules.lines import Rendered

_AT_RULE = re.compile(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PLAIN = re.compile(r"([a-z][a-z0-9]*)?(?:\.([a-z]+))?")
_BODY = re.compile(r"<body\b.*", re.DOTALL)
# Attributes are escaped by the templates, so that neither > nor " stands inside one.
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
_CLASSES = re.compile(r" class=\"([^\"]*)\"")
_STYLE = re.compile(r" style=\"[^\"]*\"")


def inlined(html: str, sheet: str) -> str:
    """The document with the style of every element of its body in the element itself. The head stays as it is."""
    body = _BODY.search(html)
    return html[: body.start()] + _TAG.sub(_styled(sheet), body[0]) if body else html


def outlined(html: str) -> str:
    """The document as it was before `inlined`: for pages whose policy allows the sheet in the head and nothing else."""
    body = _BODY.search(html)
    return html[: body.start()] + _TAG.sub(lambda tag: _STYLE.sub("", tag[0]), body[0]) if body else html


def on_page(words: Rendered) -> str:
    """The HTML of a message for a page: outlined, with the pictures that travel inside it in the page itself."""
    html = outlined(words.html)
    for picture in words.pictures:
        as_data = f"data:image/png;base64,{base64.b64encode(picture.content).decode()}"
        html = html.replace(f"cid:{picture.name}", as_data)
    return html


@lru_cache(maxsize=4)
def _styled(sheet: str) -> Callable[[re.Match[str]], str]:
    rules = _rules(sheet)

    @lru_cache(maxsize=500)
    def style(tag: str, classes: str) -> str:
        found: dict[str, str] = {}
        for of_tag, of_class, declarations in rules:
            if of_tag in ("", tag) and (not of_class or of_class in classes.split()):
                found |= declarations
        said = ";".join(f"{name}:{value}" for name, value in found.items()).replace('"', "'")
        return f' style="{said}"' if said else ""

    def add(tag: re.Match[str]) -> str:
        classes = _CLASSES.search(tag[2])
        return f"<{tag[1]}{tag[2]}{style(tag[1], classes[1] if classes else '')}>"

    return add


def _rules(sheet: str) -> list[tuple[str, str, dict[str, str]]]:
    """Tag, class and declarations of every rule that can be inlined, the weakest first as a browser weighs them."""
    weighed = []
    for selectors, said in _RULE.findall(_AT_RULE.sub("", sheet)):
        pairs = (declaration.partition(":") for declaration in said.split(";") if declaration.strip())
        declarations = {name.strip(): value.strip() for name, _, value in pairs}
        for selector in selectors.split(","):
            plain = _PLAIN.fullmatch(selector.strip())
            if plain:
                tag, of_class = plain[1] or "", plain[2] or ""
                weighed.append((bool(of_class), bool(tag), (tag, of_class, declarations)))
    return [rule for _, _, rule in sorted(weighed, key=lambda each: each[:2])]
