"""The options of the gate index as a service."""

from __future__ import annotations

import argparse

from vetgate.commands.option_shared import Commands, add_asking

_PORTS = 65535
_MOST_WORKERS = 64


def add(commands: Commands) -> None:
    _add_serve(commands)


def _add_serve(commands: Commands) -> None:
    serve = commands.add_parser(
        "serve",
        help="run the gate index for a team",
        description="Serve an index that judges each project before it shows a file of it. Ends "
        "with SIGTERM or Ctrl-C, after what is being answered.",
        allow_abbrev=False,
    )
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: this machine only)"
    )
    serve.add_argument("--port", type=_port, default=8484, help="default: 8484; 0 takes any")
    serve.add_argument(
        "--policy", metavar="FILE", help="the policy (default: as `vetgate check` finds it)"
    )
    serve.add_argument(
        "--upstream",
        action="append",
        metavar="URL",
        help="the index to stand in front of; may be given several times, and the first that has a "
        "project answers (default: what pip is configured for)",
    )
    serve.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="processes (default: 1)"
    )
    add_asking(serve)


def _port(text: str) -> int:
    return _number(text, 0, _PORTS)


def _workers(text: str) -> int:
    return _number(text, 1, _MOST_WORKERS)


def _number(text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text[:6]) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"not a number from {least} to {most}: {text!r}")
