"""What the components that read an upstream have in common, as `simple_repository` wants it."""

from __future__ import annotations

from simple_repository import SimpleRepository, errors, model

from vetgate.facts.live.shapes import BadAnswerError
from vetgate.gate.page import Page
from vetgate.gate.threads import Threads
from vetgate.gate.trouble import UpstreamError
from vetgate.model.dependency import NormalizedName, normalize

METADATA = ".metadata"
"""What follows a file's name in that of its metadata file (PEP 658)."""


class Source(SimpleRepository):
    """An upstream's pages, each read in a thread and as the upstream has it at that moment."""

    def __init__(self, threads: Threads) -> None:
        """Read nothing yet."""
        self.threads = threads

    def read(self, name: NormalizedName) -> Page:
        """Read a page; raises `PackageNotFoundError`, or `UpstreamError` for all trouble."""
        raise NotImplementedError

    async def get_project_page(
        self,
        project_name: str,
        *,
        request_context: model.RequestContext | None = None,  # noqa: ARG002 - the interface's
    ) -> model.ProjectDetail:
        """Return the page, as `read` does."""
        return await self.threads.run(lambda: self.read(normalize(project_name)))

    async def get_project_list(
        self,
        *,
        request_context: model.RequestContext | None = None,  # noqa: ARG002 - the interface's
    ) -> model.ProjectList:
        """Refuse: no installer asks for the list of all projects."""
        raise errors.ResourceUnavailable("the list of all projects")

    async def get_resource(
        self,
        project_name: str,
        resource_name: str,
        *,
        request_context: model.RequestContext | None = None,
    ) -> model.Resource:
        """Tell where a file of the page lies; a file that is not on the page is nowhere."""
        page = await self.get_project_page(project_name, request_context=request_context)
        return located(page, resource_name)


def located(page: model.ProjectDetail, resource_name: str) -> model.HttpResource:
    """Tell where a file of a page, or its metadata file, lies.

    Raises `ResourceUnavailable`, and `UpstreamError` where the page cannot be read.
    """
    if not isinstance(page, Page):
        raise TypeError(type(page))
    filename = resource_name.removesuffix(METADATA)
    try:
        offered = page.offered
    except BadAnswerError as bad:
        raise UpstreamError(f"{page.host} {bad.why}") from bad
    for file in offered:
        if file.filename in {filename, resource_name}:
            suffix = METADATA if file.filename != resource_name else ""
            return model.HttpResource(file.url + suffix)
    raise errors.ResourceUnavailable(resource_name)
