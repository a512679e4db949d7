"""Run the suite on every engine and end with pytest's own closing lines: `python -m tests.run [pytest arguments]`.

With two processors or more the engines run side by side; the first one is shown live, the others wait their turn, so
the output of each stays in one piece. The exit code is 0 only if every run's was. What asks for no database at all is
the same test with every engine: it runs with the first one.

With --nothing-skipped (what .ci/run uses), a skipped, expected-to-fail or not-run test fails the whole. The reports
stay in .test-results/: ENGINE.log, ENGINE.xml (JUnit).
"""

import argparse
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ENGINES = ("sqlite", "postgresql")
REPORTS = Path(".test-results")
INTERRUPTED = 130
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# With and without the frame, which pytest leaves out when it is told to be quiet.
CLOSING = re.compile(
    r"(=+ )?(no tests ran|\d+ (passed|failed|errors?|skipped|deselected)\b.*) in [0-9.]+s( \([0-9:]+\))?( =+)?"
)


@dataclass(frozen=True)
class Outcome:
    """What one engine's run came to."""

    engine: str
    exit_code: int
    closing: str
    not_run: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every selected test really ran."""
        return not self.not_run and not self.skipped


class Run:
    """One pytest process; its output is collected at once, so it never waits for a reader."""

    def __init__(self, engine: str, arguments: Sequence[str]) -> None:
        self.engine = engine
        self._report = REPORTS / f"{engine}.xml"
        self._report.unlink(missing_ok=True)
        self._lines: list[str] = []
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        colour = "yes" if sys.stdout.isatty() else "no"
        options = [f"--engine={engine}", f"--color={colour}", f"--junit-xml={self._report}"]
        options += ["-o", f"cache_dir=.pytest_cache/{engine}"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self._process.stdout is not None
        with (REPORTS / f"{self.engine}.log").open("w") as log:
            for line in self._process.stdout:
                self._lines.append(line)
                log.write(COLOUR.sub("", line))
                log.flush()
                self._waiting.put(line)
        self._waiting.put(None)

    def show(self) -> Outcome:
        """Print everything up to the end of the process, then say what came of it."""
        sys.stdout.write(f"\n##### {self.engine}\n")
        while (line := self._waiting.get()) is not None:
            sys.stdout.write(line)
            sys.stdout.flush()
        code = self._process.wait()
        plain = [COLOUR.sub("", line).rstrip() for line in self._lines]
        closing = [line for line in plain if CLOSING.fullmatch(line)]
        return Outcome(
            engine=self.engine,
            exit_code=code if closing or code else 1,
            closing=closing[-1] if closing else "(pytest ended without a closing line)",
            not_run=tuple(line for line in plain if line.startswith("NOT RUN")),
            skipped=tuple(skipped_tests(self._report)),
        )

    def stop(self) -> None:
        """Ask the process to end, and wait until it has tidied up (an interrupt lets pytest end its servers)."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()


def skipped_tests(report: Path) -> Iterator[str]:
    """The names of tests in a JUnit report that were skipped or expected to fail; everything, if there is no report."""
    if not report.exists():
        yield f"{report.name} was not written"
        return
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest a moment ago
        for mark in case.findall("skipped"):
            yield f"{case.get('classname')}::{case.get('name')}: {mark.get('message')}"


def arguments_for(engine: str, arguments: Sequence[str]) -> list[str]:
    """Those of one engine's run: what asks for no database runs with the first engine only."""
    return [*arguments] if engine == ENGINES[0] else ["--of-this-engine", *arguments]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, judge; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    parser.add_argument("--nothing-skipped", action="store_true", help="fail when any test was skipped or not run")
    parser.add_argument("--one-by-one", action="store_true", help="never two engines at once (for measurements)")
    chosen, rest = parser.parse_known_args(arguments)
    REPORTS.mkdir(exist_ok=True)
    started = time.monotonic()
    side_by_side = not chosen.one_by_one and (os.cpu_count() or 1) > 1
    runs: list[Run] = []
    try:
        if side_by_side:
            runs = [Run(engine, arguments_for(engine, rest)) for engine in ENGINES]
            outcomes = [run.show() for run in runs]
        else:
            outcomes = []
            for engine in ENGINES:
                runs.append(Run(engine, arguments_for(engine, rest)))
                outcomes.append(runs[-1].show())
    except KeyboardInterrupt:
        sys.stdout.write("\nInterrupted.\n")
        return INTERRUPTED
    finally:
        for run in runs:
            run.stop()
    return judge(outcomes, nothing_skipped=chosen.nothing_skipped, seconds=time.monotonic() - started)


def judge(outcomes: Sequence[Outcome], *, nothing_skipped: bool, seconds: float) -> int:
    """Print what did not run and each engine's closing line, as pytest wrote it; returns the exit code of the whole."""
    sys.stdout.write(f"\n##### {' and '.join(outcome.engine for outcome in outcomes)}: {seconds:.0f} s\n")
    for outcome in outcomes:
        for missing in outcome.not_run + outcome.skipped:
            sys.stdout.write(f"{outcome.engine}: {missing}\n")
    incomplete = nothing_skipped and not all(outcome.complete for outcome in outcomes)
    if incomplete:
        sys.stdout.write("FAILED: something was skipped or not run, and here that counts as a failure.\n")
    for outcome in outcomes:
        sys.stdout.write(f"{outcome.engine}, exit code {outcome.exit_code}:\n{outcome.closing}\n")
    sys.stdout.flush()
    return int(incomplete or any(outcome.exit_code for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
