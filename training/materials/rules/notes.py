"""Notes: Markdown as people write it -> HTML that can do nothing. Pure.

What comes out has no script, no style, no form and nothing that is fetched from elsewhere: an image is what its
description says. Links say that they lead away.
"""

from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# The worst that can be written in so many characters is rendered in a quarter of a second, and kept.
MOST_IN_A_NOTE = 50_000
TAGS = frozenset("p br hr h3 h4 h5 h6 em strong s a ul ol li blockquote code pre table thead tbody tr th td".split())
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# One step below the title of the page that a note stands on, and below the title of the material.
_HEADINGS = 2
_LOWEST = 6


def _markdown() -> MarkdownIt:
    # Raw HTML is shown as the text it is. Without the rule for images, one would be a link with a mark before it.
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    made.add_render_rule("image", _image)
    return made


def _image(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return self.renderInlineAsText(tokens[index].children or [], options, env)


_MARKDOWN = _markdown()


@lru_cache(maxsize=64)
def note_html(body: str) -> str:
    """The HTML of a note, clean. Headings begin below the page's own."""
    tokens = _MARKDOWN.parse(body[:MOST_IN_A_NOTE])
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) + _HEADINGS)}"
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener nofollow",
    )
