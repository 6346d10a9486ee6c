"""Policies as people write them, and a strategy for many more."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

KNOWN = {"unpopular": frozenset({"downloads"}), "no-repository": frozenset[str]()}

TOOL = ("tool", "vetgate")

POLICY = """\
# The policy of Acme.   \n\
unknown   =  "warn"   # for now

private = [
    "acme-*",   # ours
    # "old-*",
]

# ---- rules ----
[rules.unpopular]
\tdownloads = 500


# ---- who vouched for what ----

# SEC-12, see the wiki
[[allow]]
name="acme-contrib"
reason = '''
three lines, of which one is
[[allow]]
'''
# expires = 2027-01-01

  [[ allow ]]   # indented
  name = "other"
  reason = "it's \\"fine\\" é"

# the end
[rules.no-repository]
level = "warn"
"""

PROJECT = """\
[project]
name = "x"
dependencies = ["evil>=1"]

[tool.vetgate]
unknown = "warn"

[tool.vetgate.rules.unpopular]
downloads = 500
# before ruff
[tool.ruff]
line-length = 100 # nan below
x = nan
"""

_above = st.sampled_from(
    [
        "",
        "\n",
        "# a comment\n",
        "\n\n  # [[allow]]\n\n",
        'unknown = "warn" # why\n',
        "private = [\n  'a-*', # one\n]\n",
        'trust-rank = 1\nprivate = ["""\nb-*""" , ]\n',
    ]
)
_tables = st.lists(
    st.sampled_from(
        [
            "[rules.unpopular]\ndownloads = 1\n",
            "[rules.'no-repository']\nlevel = 'warn' # \\\n",
            "# loose\n",
            "\n",
            "   \t\n",
        ]
    ),
    max_size=4,
    unique=True,
).map("".join)


def _entry(about: tuple[int, str, str, str]) -> str:
    number, header, between, below = about
    return f'{header}\nname = "p{number}"{between}\nreason = "r"\n{below}'


def _numbered(parts: list[tuple[str, str, str]]) -> str:
    return "".join(_entry((number, *part)) for number, part in enumerate(parts))


_entries = st.lists(
    st.tuples(
        st.sampled_from(["[[allow]]", "  [[ 'allow' ]]  # x", "# above\n[[allow]]"]),
        st.sampled_from(["", " # why", "\n# between\n\n"]),
        st.sampled_from(["", "\n", "# below\n", "\n\n", "# below\n\n", "  \n"]),
    ),
    max_size=3,
).map(_numbered)


def _put_together(parts: tuple[str, str, str, bool, str]) -> bytes:
    top, tables, entries, tables_first, ending = parts
    text = top + (tables + entries if tables_first else entries + tables)
    if ending == "bare":
        text = text.removesuffix("\n")
    if ending == "crlf":
        text = text.replace("\n", "\r\n")
    if ending == "mixed":
        text = text.replace("\n", "\r\n", 3)
    return text.encode()


policies: SearchStrategy[bytes] = st.tuples(
    _above,
    _tables,
    _entries,
    st.booleans(),
    st.sampled_from(["", "bare", "crlf", "mixed"]),
).map(_put_together)
"""Files that the policy reader accepts."""


def _in_project(parts: tuple[bytes, bytes, str]) -> bytes:
    policy, other, header = parts
    text = policy.decode()
    text = text.replace("[rules.", "[tool.vetgate.rules.")
    text = text.replace("[[allow]]\n", "[[tool.vetgate.allow]]\n")
    text = text.replace("[[allow]]\r\n", "[[tool.vetgate.allow]]\r\n")
    text = text.replace("[[ 'allow' ]]", "[[ tool . vetgate.'allow' ]]")
    return f"{header}[tool.vetgate]\n{text}".encode() + (b"\n" + other if text else other)


projects: SearchStrategy[bytes] = st.tuples(
    policies,
    st.sampled_from([b"", b"[tool.ruff]\nx = nan\n", b"\n# about ruff\n[tool.ruff.lint]"]),
    st.sampled_from(["", "[project]\nname = 'x'\n", "[tool.a]\n[[tool.b]]\n# c\n\n"]),
).map(_in_project)
"""The same in a `pyproject.toml` among other tables."""
