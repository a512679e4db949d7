"""`serve` and `work` start when they can do their work, say why when they cannot, and end when they are told to."""

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable

from click.testing import Result

from tests.cli.commands import NewDatabase, unused_port

Process = Callable[..., subprocess.Popen[str]]
Command = Callable[..., Result]
# A second or two on a machine of its own; whoever waited for a connection or a tick would wait for half a minute.
IN_TIME = 15


def ask(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if ask(port, "/health/ready") == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(server.communicate(timeout=60)[0])


def end(running: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[float, str]:
    began = time.monotonic()
    running.send_signal(number)
    said = running.communicate(timeout=60)[0]
    return time.monotonic() - began, said


def test_serve_answers_and_ends_in_time_even_with_an_open_connection(
    training: Command, process: Process, new_database: NewDatabase
) -> None:
    url, port = new_database(), unused_port()
    training(url, "migrate")
    server = process(url, "serve", port=str(port), processes="2")
    wait_until_ready(port, server)
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
        seconds, said = end(server)
    assert server.returncode == 0, said
    assert seconds < IN_TIME
    assert said.startswith(f"training is served at http://127.0.0.1:{port} by 2 processes.")
    assert said.endswith("training has ended.\n")


def test_logs_are_lines_of_json_and_hold_no_secret(
    training: Command, process: Process, new_database: NewDatabase
) -> None:
    url, port = new_database(), unused_port()
    training(url, "migrate")
    server = process(url, "serve", port=str(port))
    wait_until_ready(port, server)
    secret = "AaIDrC2mdhaiSmnqv8eOb-Q5beNZLMbqb5PNaxt7A6fjd1dcVq2Kp3ZYPGJMM12T"
    for path in (f"/sign-in/{secret}", f"/invitations/{secret}", f"/else/{secret}/where", f"/sessions?token={secret}"):
        ask(port, path)
    said = end(server, signal.SIGINT)[1]
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"method", "path", "status", "ms", "from", "timestamp"} <= requests[-1].keys()
    assert "/sign-in/[hidden]" in {line["path"] for line in requests}
    assert secret not in said


def test_serve_says_why_it_does_not_start(training: Command, new_database: NewDatabase) -> None:
    url = new_database()
    port = str(unused_port())
    if url.startswith("postgresql"):
        assert "migrations: run `training migrate` first" in training(url, "serve", port=port).output
    else:
        assert "run `training migrate` first" in training(url, "serve", port=port).output
    training(url, "migrate")
    cases = [
        ({"secret_key": "short"}, "TRAINING_SECRET_KEY"),
        ({"secret_key": "short", "demo": "yes"}, "TRAINING_SECRET_KEY"),
        ({"log_level": "loud"}, "TRAINING_LOG_LEVEL"),
        ({"processes": "0"}, "TRAINING_PROCESSES"),
        ({"trusted_proxies": "proxy.internal"}, "TRAINING_TRUSTED_PROXIES"),
        ({"base_url": "training.example"}, "TRAINING_BASE_URL"),
        ({"host": "192.0.2.1"}, "192.0.2.1"),
    ]
    for settings, sentence in cases:
        result = training(url, "serve", **({"port": port} | settings))
        assert (result.exit_code, sentence in result.output, result.output.count("\n")) == (1, True, 1), result.output
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = training(url, "serve", port=str(taken.getsockname()[1]))
    assert (busy.exit_code, "is in use by another program" in busy.output) == (1, True)
    away = training("postgresql://ada:pass@127.0.0.1:1/x", "serve", port=port)
    assert (away.exit_code, "cannot be used" in away.output, "pass" in away.output) == (1, True, False)


def test_work_ends_when_told(training: Command, process: Process, new_database: NewDatabase) -> None:
    url = new_database()
    training(url, "migrate")
    workers = [process(url, "work") for _ in range(2)]
    for worker in workers:
        assert worker.stdout is not None
        line = ""
        while '"working"' not in line:
            line = worker.stdout.readline()
            assert line or worker.poll() is None
    for worker, number in zip(workers, (signal.SIGTERM, signal.SIGINT), strict=True):
        seconds, said = end(worker, number)
        assert (worker.returncode, said.endswith("The worker has ended.\n")) == (0, True), said
        assert seconds < IN_TIME
        assert "tick failed" not in said
