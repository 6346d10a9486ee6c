"""`vetgate serve`: the gate index for a team, until a signal ends it."""

from __future__ import annotations

import socket
import sys
from argparse import Namespace
from collections.abc import Mapping
from functools import partial

from vetgate.commands.answer import Answer
from vetgate.commands.asking import is_offline
from vetgate.errors import GateError, UsageError

_BACKLOG = 2048
_GRACE = 30
"""Seconds for what is being answered when a signal comes."""


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Serve until SIGTERM or Ctrl-C; raises `GateError`."""
    from vetgate.commands.serving import Plan, policy_of, started, upstreams_of, worker
    from vetgate.gate.server import Service, config_of
    from vetgate.gate.tally import Tally

    plan = Plan(
        environment=dict(environment),
        folder=folder,
        policy=options.policy,
        upstreams=tuple(options.upstream or ()),
        offline=is_offline(environment, asked=options.offline),
        timeout=options.timeout,
        tally=Tally(),
    )
    # What is wrong with them is told here, once, and not by each worker.
    policy_of(plan)
    upstreams = upstreams_of(plan.upstreams, environment)
    listening = _listen(options.host, options.port)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    behind = ", ".join(upstream.host for upstream in upstreams)
    sys.stderr.write(f"vetgate: http://{shown}:{port}/simple/ in front of {behind}\n")
    sys.stderr.flush()
    with listening:
        if options.workers == 1:
            Service(config_of(worker(plan), graceful=_GRACE)).run([listening])
        else:
            from uvicorn.config import STARTUP_FAILURE
            from uvicorn.supervisors import Multiprocess

            config = config_of(partial(started, plan), graceful=_GRACE, workers=options.workers)
            many = Multiprocess(config, [listening])
            many.run()
            if any(process.exitcode == STARTUP_FAILURE for process in many.processes):
                raise GateError("a worker could not start: its reason stands above")
    return Answer("")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name of a host"
        raise UsageError(f"{host} port {port} cannot be listened on: {reason}") from error
    # asyncio leaves this to sockets that name their protocol, and what is accepted inherits it:
    # without, the head and the body of an answer may go out 40 ms apart.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
