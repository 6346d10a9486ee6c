"""The door that the guard asks at: who knows the password is answered, and nobody else."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping

import pytest

from vetgate.errors import GateError
from vetgate.installer.door import Door

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _say(door: Door, said: bytes) -> bytes:
    port = int(door.address.partition(":")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(said)
        with line.makefile("rb") as answers:
            return answers.readline()


def _question(door: Door, **told: str) -> bytes:
    return json.dumps({"password": door.address.partition(":")[2], **told}).encode() + b"\n"


def test_answers_who_knows_the_password() -> None:
    with Door() as door:
        door.open(lambda told: {"heard": told["ask"]})

        assert _say(door, _question(door, ask="x")) == b'{"heard": "x"}\n'


def test_a_question_that_is_early_is_answered_once_the_door_opens() -> None:
    with Door() as door:
        port = int(door.address.partition(":")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(_question(door, ask="x"))
            door.open(lambda _: {"go": True})
            with line.makefile("rb") as answers:
                assert answers.readline() == b'{"go": true}\n'


@pytest.mark.parametrize(
    "said",
    [b"\n", b"[]\n", b"no json\n", b'{"ask": "x"}\n', b'{"ask": "x", "password": "guess"}\n'],
)
def test_answers_nobody_else(said: bytes) -> None:
    asked: list[Mapping[str, object]] = []

    def answer(told: Mapping[str, object]) -> Mapping[str, object]:
        asked.append(told)
        return {}

    with Door() as door:
        door.open(answer)

        assert (_say(door, said), asked) == (b"", [])


def test_what_goes_wrong_is_kept_and_nothing_is_allowed_from_then_on() -> None:
    def answer(_: Mapping[str, object]) -> Mapping[str, object]:
        raise GateError("no facts")

    with Door() as door:
        door.open(answer)
        first = json.loads(_say(door, _question(door, ask="x")))
        second = json.loads(_say(door, _question(door, ask="x")))

        assert (first["go"], second, str(door.failure)) == (False, {}, "no facts")


def test_a_door_that_is_shut_is_shut() -> None:
    with Door() as door:
        door.open(lambda _: {})
        port = int(door.address.partition(":")[0])

    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", port)) != 0
