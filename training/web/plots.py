"""Plots as SVG files of their own: drawn by leather, coloured by our tokens, readable in light and dark.

A plot is shown by <img> with an alt text, and the table it was made from stands beside it: whoever sees no picture
misses nothing. Pages forbid styles inside them, so a plot is a file at its own address, whose own policy allows exactly
its own style by its hash and nothing else. Text in a plot is data: the XML writer escapes it, and what XML cannot hold
is left out.
"""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import leather
from litestar import Response

from training.base.structs import Frozen

WIDTH, HEIGHT = 400, 230
MOST_LABELS = 6
MOST_IN_A_LABEL = 14
# So many characters stand beside one another below a plot with room between them.
_IN_A_ROW = 44
_NAMESPACE = "http://www.w3.org/2000/svg"
# What XML 1.0 has no way to write, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The colours that leather writes into its elements, and the classes that we colour instead. Those of ours are colours
# that it never uses by itself.
_OWN, _OTHER = "#010101", "#020202"
_CLASSES = {
    "#f9f9f9": "ground",
    "#333": "ink",
    "#666": "ink",
    "#9c9c9c": "ink",
    "#eee": "grid",
    "#a8a8a8": "axis",
    _OWN: "own",
    _OTHER: "other",
}
# The tokens of css/tokens.css, by theme: surface, ink, line, edge, primary, accent.
_LIGHT = ("#ffffff", "#14231d", "#cfd8cf", "#728378", "#0e5a48", "#96390b")
_DARK = ("#17211d", "#e8efe9", "#2f3e37", "#75897e", "#8cd6b9", "#f7b98f")
_NAMES = ("ground", "ink", "line", "edge", "own", "other")
_RULES = (
    "text{fill:var(--ink);font-family:Seravek,'Segoe UI',Ubuntu,Cantarell,'Noto Sans','Liberation Sans',sans-serif}"
    "rect.ground{fill:var(--ground)}line.grid{stroke:var(--line)}line.axis{stroke:var(--edge)}"
    "rect.own,circle.own{fill:var(--own)}rect.other,circle.other{fill:var(--other)}"
    "path.own{stroke:var(--own)}path.other{stroke:var(--other)}"
)


class Series(Frozen, frozen=True, kw_only=True):
    """One line of a plot: a value for each label, None where there is none. `name` stands in the legend."""

    name: str
    values: Sequence[float | None]


class Words(Frozen, frozen=True, kw_only=True):
    """What a plot says to whoever does not see it."""

    title: str
    description: str


class _Dotted(leather.Line):  # type: ignore[misc]
    """A line with a dot at each value: as two layers, leather would name it twice in the legend."""

    def to_svg(self, width: float, height: float, x_scale: Any, y_scale: Any, series: Any, palette: Any) -> ET.Element:
        """The line, and the dots over it."""
        group: ET.Element = super().to_svg(width, height, x_scale, y_scale, series, palette)
        dots = leather.Dots(self._stroke_color, 4)
        group.append(dots.to_svg(width, height, x_scale, y_scale, series, palette))
        return group


class _Exact(leather.Linear):  # type: ignore[misc]
    """A scale that ends where it is told to: leather's own goes on to the next round number."""

    def project(self, value: float, range_min: float, range_max: float) -> Decimal:
        """Where a value stands between two places."""
        first, last = Decimal(range_min), Decimal(range_max)
        share: Decimal = (Decimal(value) - self._data_min) / (self._data_max - self._data_min)
        return first + (last - first) * share


def columns(words: Words, rows: Sequence[tuple[str, float]], *, theme: str = "auto") -> bytes:
    """A column for each (label, number), as the bytes of an SVG file."""
    chart = leather.Chart()
    most = max([1.0, *(number for _, number in rows)])
    # Spaces make names of columns differ for leather, to which two of the same name would be one.
    named = [(_label(label) + "\u200b" * place, number) for place, (label, number) in enumerate(rows)]
    chart.add_columns(named or [("", 0)], fill_color=_OWN)
    chart.set_y_scale(_Exact(0, most))
    chart.add_y_axis(ticks=_whole_ticks(most), tick_formatter=_plain)
    return _drawn(chart, words, theme)


def lines(
    words: Words,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    low: float,
    high: float,
    theme: str = "auto",
) -> bytes:
    """One line for each series over the same labels, between `low` and `high`, as the bytes of an SVG file.

    The second line is dashed, so that the two differ without their colours. Raises ValueError for more than two.
    """
    if len(series) > 2:
        raise ValueError("More than two lines in a plot cannot be told apart without colours")
    chart = leather.Chart()
    for one, colour, dashes in zip(series, (_OWN, _OTHER), ("none", "6 4"), strict=False):
        # Counted from 1: leather draws the place 0 as an axis.
        points = list(enumerate(one.values, 1))
        if not any(value is not None for _, value in points):
            continue
        name = _clean(one.name) if dashes == "none" else f"{_clean(one.name)} (dashed)"
        chart.add_series(leather.Series(points, name=name), _Dotted(colour, 2.5, dashes))
    chart.set_x_scale(_Exact(0.5, max(1.5, len(labels) + 0.5)))
    chart.add_x_axis(ticks=_some(labels), tick_formatter=_named(labels))
    chart.set_y_scale(_Exact(low, high))
    chart.add_y_axis(ticks=_scale_ticks(low, high), tick_formatter=_plain)
    return _drawn(chart, words, theme)


def plot_response(svg: bytes) -> Response[bytes]:
    """The answer that shows a plot: never a page, and with no right to anything but its own style."""
    style = _style_of(svg)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; sandbox"
    headers = {"content-security-policy": policy, "content-disposition": "inline", "vary": "cookie"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


def _style_of(svg: bytes) -> str:
    """The one style of a plot as its browser will hash it; it holds nothing that XML would have escaped."""
    text = svg.decode()
    return text[text.index("<style>") + len("<style>") : text.index("</style>")]


def _drawn(chart: leather.Chart, words: Words, theme: str) -> bytes:
    root = ET.fromstring(chart.to_svg(width=WIDTH, height=HEIGHT))  # noqa: S314 - written a line above
    root.set("viewBox", f"0 0 {WIDTH} {HEIGHT}")
    root.set("role", "img")
    root.set("aria-labelledby", "title desc")
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        _coloured(element)
    root.set("xmlns", _NAMESPACE)
    title, description, style = (ET.Element(name) for name in ("title", "desc", "style"))
    title.set("id", "title")
    description.set("id", "desc")
    title.text, description.text, style.text = _clean(words.title), _clean(words.description), _style(theme)
    for place, element in enumerate((title, description, style)):
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode").encode("utf-8", "replace")


def _coloured(element: ET.Element) -> None:
    """A class for each colour that leather wrote, so that the style decides."""
    for name in ("fill", "stroke"):
        known = _CLASSES.get(element.get(name, ""))
        if known is not None:
            del element.attrib[name]
            element.set("class", known)
    element.attrib.pop("font-family", None)


def _style(theme: str) -> str:
    light, dark = (":root{" + "".join(map(_token, _NAMES, values)) + "}" for values in (_LIGHT, _DARK))
    if theme == "dark":
        return dark + _RULES
    if theme == "light":
        return light + _RULES
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}{_RULES}"


def _token(name: str, value: str) -> str:
    return f"--{name}:{value};"


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _label(text: str) -> str:
    clean = _clean(text)
    return clean if len(clean) <= MOST_IN_A_LABEL else clean[: MOST_IN_A_LABEL - 1] + "…"


def _some(labels: Sequence[str]) -> list[int]:
    """So many places that their labels do not touch, the last always among them."""
    count, longest = len(labels), max([1, *(len(_label(label)) for label in labels)])
    step = max(1, -(-count // min(MOST_LABELS, _IN_A_ROW // longest)))
    return sorted({count - place for place in range(0, count, step)}) if count else [1]


def _named(labels: Sequence[str]) -> Callable[[int, int, int], str]:
    def name(value: int, _place: int, _count: int) -> str:
        return _label(labels[value - 1]) if 0 < value <= len(labels) else ""

    return name


def _plain(value: float, _place: int, _count: int) -> str:
    return f"{value:g}"


def _whole_ticks(most: float) -> list[int]:
    """0 and at most five whole numbers up to `most`."""
    step = max(1, -(-int(most) // 5))
    return list(range(0, int(most) + 1, step))


def _scale_ticks(low: float, high: float) -> list[int]:
    """Whole numbers from `low` to `high`, at most six."""
    step = max(1, -(-int(high - low) // 5))
    return list(range(int(low), int(high) + 1, step))
