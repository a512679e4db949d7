"""Captions as browsers read them: WebVTT, also where they came as SubRip. Pure."""

import re

VTT = "text/vtt; charset=utf-8"
_TIMES = re.compile(
    r"^(?P<from>[0-9]{1,3}:[0-9]{2}:[0-9]{2})[,.](?P<f>[0-9]{1,3})[ \t]*-->[ \t]*"
    r"(?P<to>[0-9]{1,3}:[0-9]{2}:[0-9]{2})[,.](?P<t>[0-9]{1,3}).*$",
    re.MULTILINE,
)
# Where SubRip says on which edge words stand, and fonts, which browsers would show as they are written.
_STYLED = re.compile(r"\{\\an?[0-9]+\}|</?font[^<>\n]*>", re.IGNORECASE)


def as_vtt(content: bytes) -> bytes:
    """The captions as WebVTT. What is WebVTT already stays as it is, except for its line ends."""
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if re.match(r"WEBVTT(?=[ \t\n]|$)", text):
        return text.encode()
    timed = _TIMES.sub(_times, _STYLED.sub("", text))
    return f"WEBVTT\n\n{timed.strip()}\n".encode()


def _times(found: re.Match[str]) -> str:
    start, end = f"{found['from']:0>8}.{found['f']:0<3}", f"{found['to']:0>8}.{found['t']:0<3}"
    return f"{start} --> {end}"
