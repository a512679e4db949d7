"""Notes: Markdown as people write it -> HTML that can do nothing. Pure.

What comes out has no script, no style, no form and nothing that is fetched from elsewhere: an image is what its
description says. Links say that they lead away; one that leads nowhere stands there as it was written.

Reading one takes up to a second of a hostile one, so it is done once, when it is saved, and apart from the loop
(`actions.noting`); the HTML is kept beside the text.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from html import escape
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from training.base.structs import Frozen, with_closed_directions

MOST_IN_A_NOTE = 50_000
# How many places of a note may be looked at, counting each as often as it is looked at again, and how many blocks,
# cells and lines it may have. A long chapter comes to a tenth of either; brackets in brackets or a table of nothing
# come to more, and would take a second.
MOST_STEPS = 30_000
MOST_BLOCKS = 40_000
# A list in a list is two of them. What lies deeper would be left out without a word.
DEEPEST = 20
MOST_LINKS = 1_000
MOST_HTML = 300_000
TOO_MUCH = (
    "This has more brackets, marks, links or cells in each other than can be shown. Divide it, or add it as a file."
)
TOO_DEEP = "This has lists or quotes too deep in each other to be shown. Put them into fewer, or add it as a file."
TAGS = frozenset("p br hr h3 h4 h5 h6 em strong s a ul ol li blockquote code pre table thead tbody tr th td".split())
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# One step below the title of the page that a note stands on, and below the title of the material.
_HEADINGS = 2
_LOWEST = 6
_STEPS = "steps"
_HOLDS = frozenset({"blockquote_open", "list_item_open"})


class Note(Frozen, frozen=True, kw_only=True):
    """A note that was read. `html` is clean; headings in it begin below the page's own. `trouble` is why it would not
    be shown as it is meant, in a sentence for who writes it; empty when it would be."""

    html: str
    trouble: str = ""


class _TooMuch(Exception):
    """A note that takes more steps than people write."""


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        # Where links lead is looked at afterwards, when it can still be said how they were written.
        return True


def _markdown() -> MarkdownIt:
    # Raw HTML is shown as the text it is. Without the rule for images, one would be a link with a mark before it.
    made = _Markdown("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    made.add_render_rule("image", _image)
    made.block.ruler.before("table", "counted", _count_block)
    made.inline.ruler.before("text", "counted", _count_inline)
    made.core.ruler.before("inline", "counted", _count_all)
    return made


def _image(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return self.renderInlineAsText(tokens[index].children or [], options, env)


def _count_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    return _count(state.env)


def _count_inline(state: StateInline, _silent: bool) -> bool:
    return _count(state.env)


def _count(env: EnvType) -> bool:
    env[_STEPS] = env.get(_STEPS, 0) + 1
    if env[_STEPS] > MOST_STEPS:
        raise _TooMuch
    return False


def _count_all(state: StateCore) -> None:
    if len(state.tokens) > MOST_BLOCKS:
        raise _TooMuch


_MARKDOWN = _markdown()


def note_html(body: str) -> str:
    """The HTML of a note (`Note.html`)."""
    return read_note(body).html


def note_trouble(body: str) -> str:
    """What stands against a note (`Note.trouble`)."""
    return read_note(body).trouble


@lru_cache(maxsize=16)
def read_note(body: str) -> Note:
    """Read a note. One that has too much of anything is shown as it was written.

    The last ones are remembered: what was read before a unit of work opens is there when it has to begin anew.
    """
    body = body[:MOST_IN_A_NOTE]
    try:
        tokens = _MARKDOWN.parse(body, {})
    except _TooMuch:
        return Note(html=as_written(body), trouble=TOO_MUCH)
    if sum(child.type == "link_open" for token in tokens for child in token.children or ()) > MOST_LINKS:
        return Note(html=as_written(body), trouble=TOO_MUCH)
    leads = cache(_leads)
    trouble = TOO_DEEP if _is_deep(tokens) else _dead_link(tokens, leads)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) + _HEADINGS)}"
        token.children = list(_unlinked(token.children, leads)) if token.children else token.children
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    # Once more, because Markdown has other ways to write a character.
    html = _clean(with_closed_directions(html))
    return Note(html=html, trouble=trouble) if len(html) <= MOST_HTML else Note(html=as_written(body), trouble=TOO_MUCH)


def as_written(body: str) -> str:
    """A note that nobody has read, as the plain text that it is."""
    return f"<pre>{escape(with_closed_directions(body[:MOST_IN_A_NOTE]), quote=False)}</pre>\n"


def _is_deep(tokens: Sequence[Token]) -> bool:
    """Whether something holds what lies too deep, and so was left out."""
    return any(token.type in _HOLDS and token.level >= DEEPEST - 1 for token in tokens)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener nofollow",
    )


def _dead_link(tokens: Sequence[Token], leads: Callable[[str], bool]) -> str:
    """What to say of the first link that leads nowhere; empty when there is none."""
    for child in (child for token in tokens for child in token.children or ()):
        # What only stands between angle brackets is often no link at all: <std::string>.
        if child.type == "link_open" and child.markup != "autolink" and not leads(_href(child)):
            address = _shortened(_href(child))
            return (
                f"The link to “{address}” leads nowhere from here. Write the whole address, beginning with"
                " https://, and without a name or password in it."
            )
    return ""


def _shortened(address: str) -> str:
    """As much of an address as a sentence can hold."""
    return with_closed_directions(address if len(address) <= 80 else f"{address[:79]}…")


def _href(token: Token) -> str:
    return str(token.attrGet("href") or "")


def _leads(href: str) -> bool:
    """Whether an address leads somewhere, and where it says: a name before an @ looks like the place, and is not."""
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return False
    says = bool(host) and "@" not in parts.netloc if parts.scheme in ("http", "https") else bool(parts.path)
    # Whoever reads addresses as browsers do has the last word.
    return parts.scheme in SCHEMES and says and _clean(f'<a href="{escape(href)}">x</a>').startswith("<a href=")


def _unlinked(children: Sequence[Token], leads: Callable[[str], bool]) -> Iterator[Token]:
    """The same with links that lead nowhere as the text that they were written as. Links hold no links."""
    shown = ""
    for token in children:
        if token.type == "link_open" and not leads(_href(token)):
            auto = token.markup == "autolink"
            shown = ">" if auto else f"]({_href(token)})"
            yield _text("<" if auto else "[")
        elif token.type == "link_close" and shown:
            yield _text(shown)
            shown = ""
        else:
            yield token


def _text(content: str) -> Token:
    return Token(type="text", tag="", nesting=0, content=content)
