"""XML that came in -> nodes: no document types, no entities, and nothing deep, large or numerous."""

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from training.base.structs import Frozen
from training.feeds.dav.names import Refusal, dav

MOST_BODY = 1_000_000
MOST_DEPTH = 24
MOST_NODES = 20_000
# Each property that is asked for is told for each entry, known or not, so both number and length of names count.
MOST_NAMES = 100
MOST_NAME_CHARACTERS = 6_000
_XML_TYPES = ("text/xml", "application/xml")
# What a parser raises for text that is no XML, and for encodings that it does not know.
_UNREADABLE = (ParseError, DefusedXmlException, ValueError, LookupError, OverflowError)


class Node(Frozen, frozen=True, kw_only=True):
    """An element. Names are written {namespace}name; `text` is what stands before its first child."""

    name: str
    attributes: dict[str, str]
    text: str
    children: tuple["Node", ...]

    def child(self, name: str) -> "Node | None":
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> tuple["Node", ...]:
        """The children of this name."""
        return tuple(child for child in self.children if child.name == name)


class _Open:
    """An element that has not ended yet."""

    __slots__ = ("attributes", "children", "name", "texts")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.texts: list[str] = []
        self.children: list[Node] = []


class _Builder:
    """Builds nodes as the parser meets them, and stops at once when there are too many or they lie too deep."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._count = 0
        self._root: Node | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise Refusal(413)
        if len(self._open) >= MOST_DEPTH:
            raise Refusal(400)
        self._open.append(_Open(name, attributes))

    def data(self, text: str) -> None:
        if self._open and not self._open[-1].children:
            self._open[-1].texts.append(text)

    def end(self, _: str) -> None:
        done = self._open.pop()
        node = Node(
            name=done.name,
            attributes=done.attributes,
            text="".join(done.texts),
            children=tuple(done.children),
        )
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def close(self) -> Node:
        if self._root is None:
            raise Refusal(400)
        return self._root


def check_type(content_type: str, content_encoding: str) -> None:
    """Raise Refusal (415) for a body that says it is something else than XML, or that is compressed."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    plain = content_encoding.strip().lower() in ("", "identity")
    if not plain or (kind and kind not in _XML_TYPES and not kind.endswith("+xml")):
        raise Refusal(415)


def read_xml(body: bytes) -> Node:
    """The root element of a body. Raises Refusal: 400 for what is no XML, lies too deep or declares anything; 413."""
    if len(body) > MOST_BODY:
        raise Refusal(413)
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(body)
        root: Node = parser.close()
    except _UNREADABLE as error:
        raise Refusal(400) from error
    return root


def wanted_names(prop: Node | None) -> tuple[str, ...]:
    """The names of the properties inside of a `prop`, each once. Raises Refusal (403) for very many."""
    names = tuple(dict.fromkeys(child.name for child in prop.children)) if prop else ()
    if len(names) > MOST_NAMES or sum(map(len, names)) > MOST_NAME_CHARACTERS:
        raise Refusal(403, dav("number-of-matches-within-limits"))
    return names
