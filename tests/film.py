"""The film of the demo, made anew: `python -m tests.film`.

Stills are set by Typst, faded into each other and encoded as VP9 in WebM, which every current browser plays; a soft
chord is under them, so that there is something to hear. The captions beside it are written by hand.
"""

import io
import math
import sys
from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from training.web.paper import png_pages

FILE = Path(__file__).resolve().parent.parent / "training/cli/demo/film/welcome.webm"
WIDTH, HEIGHT, RATE = 640, 360, 12
SECONDS, FADE = 5, 0.6
SAMPLES = 48_000
CHORD = (220.0, 277.18, 329.63)
# Words, smaller words below them, and whether the still is dark.
SCENES = (
    ("Safe messaging about suicide", "A welcome from your trainer", True),
    ("Words can help", "Talk about reaching out, and about getting through it.", False),
    ("Words can harm", "No methods, no places, no single cause.", False),
    ("Before you come", "Bring one post of your own that you would like to rewrite.", False),
    ("See you soon", "You can leave at any time. Somebody is there to talk.", True),
)


def stills() -> list[VideoFrame]:
    """A picture of each scene, at the size of the film."""
    made = []
    for words, small, dark in SCENES:
        data = {"title": words, "author": "training", "language": "en", "words": words, "small": small, "dark": dark}
        (png,) = png_pages("cli/scene.typ", data, ppi=96)
        with av.open(io.BytesIO(png), "r") as opened:
            frame = next(opened.decode(video=0))
        made.append(frame.reformat(WIDTH, HEIGHT, "rgb24"))
    return made


def frames() -> Iterator[VideoFrame]:
    """The film, frame by frame: each still fades out of the one before."""
    shown = [bytes(still.planes[0]) for still in stills()]
    for at, still in enumerate(shown):
        before = shown[max(at - 1, 0)]
        for step in range(SECONDS * RATE):
            part = min(step / (FADE * RATE), 1)
            mixed = still if part == 1 else bytes(int(a + (b - a) * part) for a, b in zip(before, still, strict=True))
            frame = VideoFrame(WIDTH, HEIGHT, "rgb24")
            frame.planes[0].update(mixed)
            yield frame


def chord() -> "array[float]":
    """What is heard: three tones that swell and go, once for each still, as samples between -1 and 1."""
    whole = array("f")
    for at in range(len(SCENES) * SECONDS * SAMPLES):
        inside = (at % (SECONDS * SAMPLES)) / (SECONDS * SAMPLES)
        loud = 0.05 * math.sin(math.pi * inside) ** 2
        whole.append(loud * sum(math.sin(2 * math.pi * tone * at / SAMPLES) for tone in CHORD))
    return whole


def make(file: Path) -> None:
    """Write the film."""
    with av.open(str(file), "w", format="webm") as film:
        picture = film.add_stream("libvpx-vp9", rate=RATE)
        picture.width, picture.height, picture.pix_fmt, picture.bit_rate = WIDTH, HEIGHT, "yuv420p", 90_000
        sound = film.add_stream("libopus", rate=SAMPLES, layout="mono")
        sound.bit_rate = 24_000
        for at, frame in enumerate(frames()):
            frame.pts, frame.time_base = at, Fraction(1, RATE)
            film.mux(picture.encode(frame.reformat(format="yuv420p")))
        film.mux(picture.encode(None))
        heard = AudioFrame(format="flt", layout="mono", samples=len(samples := chord()))
        heard.planes[0].update(samples.tobytes())
        heard.sample_rate, heard.pts, heard.time_base = SAMPLES, 0, Fraction(1, SAMPLES)
        film.mux(sound.encode(heard))
        film.mux(sound.encode(None))


if __name__ == "__main__":
    make(FILE)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")
