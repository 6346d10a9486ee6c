"""Files by digest: what is given back is what was asked for, or nothing."""

from __future__ import annotations

from pathlib import Path

from vetgate.facts.digests import Digests, digest

CONTENT = b'unknown = "block"\n'


def test_what_was_kept_is_found_by_its_digest(tmp_path: Path) -> None:
    cache = Digests(str(tmp_path / "deep" / "policies"))
    cache.put(CONTENT)

    assert cache.get(digest(CONTENT)) == CONTENT
    assert cache.get(digest(b"other")) is None
    assert [path.name for path in (tmp_path / "deep" / "policies").iterdir()] == [
        f"{digest(CONTENT)}.toml"
    ]


def test_a_damaged_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    cache = Digests(str(tmp_path))
    cache.put(CONTENT)
    (tmp_path / f"{digest(CONTENT)}.toml").write_bytes(b'unknown = "warn"\n')

    assert cache.get(digest(CONTENT)) is None


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Digests(str(tmp_path / "file"))
    cache.put(CONTENT)

    assert cache.get(digest(CONTENT)) is None
