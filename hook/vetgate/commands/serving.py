"""One worker of `vetgate serve`: it reads its own policy and settings, and logs for itself."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from vetgate.commands.advising import advice_for
from vetgate.commands.asking import Asking
from vetgate.commands.gating import GateFacts
from vetgate.commands.judging import open_snapshot
from vetgate.commands.lookups import home_indexes
from vetgate.commands.policies import policy_for, read_found
from vetgate.commands.states import project_root
from vetgate.errors import GateError, UsageError
from vetgate.facts.index_settings import index_settings
from vetgate.gate.judging import PolicyJudge
from vetgate.gate.service import service
from vetgate.gate.tally import Tally
from vetgate.gate.upstream import Upstream
from vetgate.model.policy import Policy
from vetgate.model.record import Record
from vetgate.model.urls import comparable
from vetgate.policyfile.finding import PROJECT_FILE, TABLE, Found, content_of
from vetgate.render.errors import error_text

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LASTING = 60.0
"""Seconds that a judgement holds: what is learned meanwhile counts from then on."""
PAGE_SECONDS = 30.0
"""What an upstream may take for one page."""
_SCHEMES = ("https:", "http:", "file:")


class Plan(Record):
    """What a worker is to do, in values that can be handed to another process."""

    environment: dict[str, str]
    folder: str
    policy: str | None
    upstreams: tuple[str, ...]
    offline: bool
    timeout: float
    tally: Tally

    def asking(self) -> Asking:
        """Tell how facts are looked up; the moment is that of the call."""
        now = datetime.now(timezone.utc)
        return Asking(self.environment, now, self.offline, self.timeout)


def worker(plan: Plan) -> ASGIApp:
    """Make the application; raises `GateError`. Everything it opens stays open to the end."""
    _end_with_parent()
    policy = policy_of(plan)
    upstreams = upstreams_of(plan.upstreams, plan.environment)
    home = home_of(upstreams, policy, plan.environment)
    asking = plan.asking()._replace(environment=home)
    facts = GateFacts(open_snapshot(home), asking, _log, None)

    def now() -> datetime:
        return datetime.now(timezone.utc)

    judge = PolicyJudge(policy, facts, now=now, home=home_indexes(home), lasting=LASTING)
    return service(
        upstreams, judge, advice_for(policy), plan.tally, seconds=PAGE_SECONDS, log=_log, now=now
    )


def started(plan: Plan) -> ASGIApp:
    """Make the application in a process of its own, which ends with the reason if it cannot."""
    from uvicorn.config import STARTUP_FAILURE

    try:
        return worker(plan)
    except GateError as error:
        _log(error_text(error))
        raise SystemExit(STARTUP_FAILURE) from error


def policy_of(plan: Plan) -> Policy:
    """Read the policy; raises `PolicyError`."""
    folder = plan.folder
    if plan.policy is None:
        return policy_for(project_root(folder) or folder, folder, plan.asking)
    path = os.path.join(folder, plan.policy)
    table = TABLE if os.path.basename(path) == PROJECT_FILE else ()
    return read_found(Found(path, content_of(path), table), folder, plan.asking)


def upstreams_of(urls: Sequence[str], environment: Mapping[str, str]) -> tuple[Upstream, ...]:
    """Return the indexes to stand in front of; raises `UsageError`."""
    settings = index_settings(environment)
    if not urls:
        if settings.no_index:
            raise UsageError("pip is set to use no index", hint="name one with --upstream")
        own = Upstream.at(settings.simple_url(), settings)
        own = own._replace(settings=own.settings._replace(credentials=settings.credentials))
        return (own, *(Upstream.at(url, settings) for url in settings.extra_urls))
    for url in urls:
        if not url.lower().startswith(_SCHEMES):
            raise UsageError(f"--upstream is no URL of an index: {url!r}")
    return tuple(Upstream.at(url, settings) for url in urls)


def home_of(
    upstreams: Sequence[Upstream], policy: Policy, environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment with the index that names are looked up on.

    That is the first upstream on the web that the policy does not name as one of the team's own:
    those have the team's packages, and know nothing of others.
    """
    own = {comparable(url) for url in policy.indexes}
    for upstream in upstreams:
        if not upstream.is_folder and comparable(upstream.url) not in own:
            return {**environment, "VETGATE_INDEX_URL": _with_credentials(upstream)}
    return dict(environment)


def _with_credentials(upstream: Upstream) -> str:
    from urllib.parse import quote

    known = upstream.settings.credentials
    if known is None:
        return upstream.url
    scheme, separator, rest = upstream.url.partition("://")
    user, password = quote(known.username, safe=""), quote(known.password, safe="")
    return f"{scheme}{separator}{user}:{password}@{rest}"


def _log(line: str) -> None:
    """Write one line whole: other workers write to the same stream."""
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        return  # nobody listens any more; the service goes on


def _end_with_parent() -> None:
    """End this worker when the process that started it is gone, however that ended."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="vetgate-parent", daemon=True).start()
