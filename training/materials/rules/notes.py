"""Notes: Markdown as people write it -> HTML that can do nothing. Pure.

What comes out has no script, no style, no form and nothing that is fetched from elsewhere: an image is what its
description says. Links say that they lead away; one that leads nowhere stands there as it was written.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
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

from training.base.structs import with_closed_directions

MOST_IN_A_NOTE = 50_000
# How many places of a note may be looked at, counting each as often as it is looked at again, and how many blocks,
# cells and lines it may have. A long chapter comes to a tenth of either; brackets in brackets or a table of nothing
# come to more, and would take a second.
MOST_STEPS = 30_000
MOST_BLOCKS = 40_000
TAGS = frozenset("p br hr h3 h4 h5 h6 em strong s a ul ol li blockquote code pre table thead tbody tr th td".split())
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# One step below the title of the page that a note stands on, and below the title of the material.
_HEADINGS = 2
_LOWEST = 6
_STEPS = "steps"


class _TooMuch(Exception):
    """A note that takes more steps than people write."""


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        # Where links lead is looked at afterwards, when it can still be said how they were written.
        return True


def _markdown() -> MarkdownIt:
    # Raw HTML is shown as the text it is. Without the rule for images, one would be a link with a mark before it.
    made = _Markdown("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
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


@lru_cache(maxsize=64)
def note_html(body: str) -> str:
    """The HTML of a note, clean. Headings begin below the page's own. One that `note_trouble` refuses for its brackets
    is shown as it was written."""
    body = body[:MOST_IN_A_NOTE]
    try:
        tokens = _MARKDOWN.parse(body, {})
    except _TooMuch:
        return f"<pre>{escape(with_closed_directions(body), quote=False)}</pre>\n"
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) + _HEADINGS)}"
        token.children = list(_unlinked(token.children)) if token.children else token.children
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    # Once more, because Markdown has other ways to write a character.
    return _clean(with_closed_directions(html))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener nofollow",
    )


def note_trouble(body: str) -> str:
    """Why a note would not be shown as it is meant, in a sentence for who writes it; empty when it would be."""
    try:
        tokens = _MARKDOWN.parse(body[:MOST_IN_A_NOTE], {})
    except _TooMuch:
        return "This has more brackets, marks or cells in each other than can be shown. Divide it, or add it as a file."
    for token in tokens:
        for child in token.children or ():
            # What only stands between angle brackets is often no link at all: <std::string>.
            if child.type == "link_open" and child.markup != "autolink" and not _leads(_href(child)):
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


def _unlinked(children: Sequence[Token]) -> Iterator[Token]:
    """The same with links that lead nowhere as the text that they were written as. Links hold no links."""
    shown = ""
    for token in children:
        if token.type == "link_open" and not _leads(_href(token)):
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
