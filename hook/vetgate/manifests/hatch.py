"""The only reader of `tool.hatch`: environments, their overrides and sources, and builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetgate.manifests import grammar, sources
from vetgate.manifests.entry import (
    folder,
    location,
    path_origin,
    project_name,
    requirement,
)
from vetgate.manifests.requirement import parse_requirement
from vetgate.manifests.setuptools import plain_includes
from vetgate.manifests.sources import Source
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    NormalizedName,
    normalize,
)
from vetgate.model.manifest import Include
from vetgate.model.pattern import pattern
from vetgate.model.urls import redacted
from vetgate.tomlmap import Node

_OPTIONS = frozenset({"dependencies", "extra-dependencies"})
_ROOT = pattern(r"@\s*\{root(?::parent)*:uri\}")
_FIELD = pattern(r"\{[^{}]*\}")
_HEAD = pattern(
    rf"\s*(?P<name>{grammar.NAME})\s*(?:(?P<extras>{grammar.EXTRAS})\s*)?(?P<sign>[=<>!~@(;])"
)


def dependencies(hatch: Node) -> Iterator[Dependency]:
    """Yield what environments and builds install, and each source where it stands."""
    managed = hatch.get("env")
    if managed is not None:
        yield from _requirements(managed, "requires")
    shared = sources.read(hatch.get("sources"), {}, paths=True)
    yield from _alone(shared)
    inherited = shared | sources.read(hatch.reach("envs", "default", "sources"), {}, paths=True)
    for _, environment in hatch.entries_of("envs"):
        own = sources.read(environment.get("sources"), {}, paths=True)
        yield from _alone(own)
        found = list(_environment(environment))
        wanted = {dependency.name for dependency in found}
        known = inherited | own
        yield from sources.apply(found, {name: known[name] for name in known if name in wanted})
    build = hatch.get("build")
    if build is not None:
        yield from _built(build)
        for _, target in build.entries_of("targets"):
            yield from _built(target)


def _alone(found: Mapping[NormalizedName, list[Source]]) -> Iterator[Dependency]:
    for named in found.values():
        yield from (source.alone() for source in named)


def includes(hatch: Node) -> Iterator[Include]:
    """Yield the files that the plug-in hatch-requirements-txt reads dependencies from."""
    hook = hatch.reach("metadata", "hooks", "requirements_txt")
    if hook is None:
        return
    for key in ("files", "filename"):
        files = hook.get(key)
        if files is not None:
            yield from plain_includes(files)
    for _, extra in hook.entries_of("optional-dependencies"):
        yield from plain_includes(extra)


def _environment(environment: Node) -> Iterator[Dependency]:
    for option in sorted(_OPTIONS):
        yield from _requirements(environment, option)
    for _, kind in environment.entries_of("overrides"):
        # platform, env, matrix or name: each a table of conditions, each a table of options.
        for _, condition in kind.entries():
            for key, setting in condition.entries():
                # Hatch takes whatever stands before `set-` for a request to replace.
                name = key.rpartition("set-")[2]
                if name in _OPTIONS:
                    yield from _requirements(condition, key)
                elif name == "sources":
                    yield from _mapped(setting)


def _mapped(option: Node) -> Iterator[Dependency]:
    """Read an override of sources: `name=path`, or a list of these or of tables."""
    for element in [option] if option.is_text() else option.elements():
        if element.is_text():
            name, _, path = element.text().partition("=")
        else:
            value = element.get("value")
            name, path = element.needed("key").text(), "" if value is None else value.text()
        yield Dependency(
            name=normalize(project_name(name, element)),
            spelled=name,
            requirement=redacted(f"{name} = {path}"),
            origin=path_origin(path or "{condition}", element),
            location=location(element),
            table=option.label,
        )


def _requirements(table: Node, key: str) -> Iterator[Dependency]:
    """Read requirements, or tables of one and of the conditions on which it is wanted."""
    for element in table.elements_of(key):
        value = element if element.is_text() else element.needed("value")
        yield _formatted(value, element.array_label)


def _formatted(node: Node, table: str) -> Dependency:
    """Read a requirement in which Hatch fills in fields (`{matrix:django}`).

    What a field will hold is not known here: a requirement with one admits every version, and is
    from a URL that nobody has vetted if it is from one.
    """
    text = node.text()
    head = _HEAD.match(text)
    if _FIELD.search(text) is None or (head and _ROOT.match(text, head.start("sign"))):
        return requirement(node, table)
    if head is None:
        raise node.error(f"a field where the name of a requirement ends: {redacted(text)!r}")
    if head["sign"] == "@":
        # What fills the field can be no part of a commit or of a hash.
        filled = _FIELD.sub("_any_", text)
        read = parse_requirement(filled, location=location(node), root=folder(node), table=table)
        origin = read.origin
        if isinstance(origin, FromPath):
            # What fills the field may lead anywhere.
            origin = origin._replace(inside=False)
        return read._replace(requirement=redacted(text.strip()), origin=origin)
    return Dependency(
        name=normalize(head["name"]),
        spelled=head["name"],
        requirement=redacted(text.strip()),
        origin=FromIndex(""),
        location=location(node),
        extras=grammar.extras(head["extras"]),
        table=table,
    )


def _built(build: Node) -> Iterator[Dependency]:
    yield from _requirements(build, "dependencies")
    for _, hook in build.entries_of("hooks"):
        yield from _requirements(hook, "dependencies")
