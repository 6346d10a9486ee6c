"""Requirements files to ask pip and the parser about: written by hand, and made by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

ENVIRONMENT = {
    "TOKEN": "s3cr3t",
    "LOOP": "${NAME}",
    "HOST": "files.example",
    "VERSION": "1.0",
    "NAME": "alpha",
    "WHOLE": "https://user:s3cr3t@files.example/s3cr3t",
    "EMPTY": "",
}
COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "ab" * 32

PROJECT = {
    "proj/pyproject.toml": b"[project]\nname = 'proj'\nversion = '1'\n",
    "libs/alpha-1.0-py3-none-any.whl": b"",
    "libs/other.tar.gz": b"",
    "bare.zip": b"",
    "alpha-1.0-py3-none-any.whl": b"",
    "nested/more.txt": b"gamma==3\n-r deeper/most.txt\n",
    "nested/deeper/most.txt": b"delta\n-c ../limits.txt\n",
    "nested/limits.txt": b"beta<3\n# nothing else\n",
    "nested/constraining.txt": b"-r deeper/most.txt\nalpha<9\n",
    "nested/bad.txt": b"alpha\n  beta gamma\n",
    "nested/circle.txt": b"alpha\n-r circle.txt\n",
    "nested/editable.txt": b"-e ./proj\n",
}
"""Files that stand in the folder where pip runs."""


class Case(NamedTuple):
    """One requirements file."""

    content: bytes
    label: str


def _lines(text: str) -> list[Case]:
    return [Case(f"{line}\n".encode(), line) for line in text.splitlines() if line]


WHOLE_LINES = _lines(
    r"""
alpha
Alpha_X.y
alpha==1.0
alpha == 1.0
alpha===1.0
alpha===1.0-weird
alpha===foo[x]
alpha>=1,<2
alpha >=1 , <2 , !=1.5.*
alpha>=1,
alpha (>=1,<2)
alpha(==1.0)
alpha ( ~= 1.4.2 )
alpha~=1.4
alpha~=1
alpha==1.*
alpha==1.0.*
alpha>=1.*
alpha>=1.0.dev-x
alpha==1.0.dev1
alpha==1!2.0
alpha==v1.0
alpha==1.0RC1
alpha==1.0+local.1
alpha==1.0+Local-1
alpha>=1.0+local
alpha==1.0+x.zip
alpha==2004d
alpha=1
alpha=>1
alpha<>1
alpha 1.0
alpha beta
alpha,beta
alpha==1.0 beta==2
alpha[x]
alpha[x,y_Z.w]>=1
alpha[ x , y ] >= 1
alpha[]
alpha[x
alpha[x]]
alpha[x,]
alpha[x]==1.0[y]
alpha>=1[x]
-alpha
_alpha
alpha_
alpha-
alpha.
.alpha
alpha; python_version >= "3"
alpha;python_version>="3"
alpha ; python_version >= '3' and (sys_platform == "linux" or os_name == 'nt')
alpha; sys_platform == "win32"
alpha; extra == "x"
alpha; python_version in "3.9 3.10"
alpha; python_version not in "2.7"
alpha; "linux" in sys_platform
alpha; 'a' == 'b'
alpha; os.name == "posix"
alpha; python_implementation == "CPython"
alpha; platform_python_implementation == "CPython"
alpha; python_version >= 3
alpha; python_version
alpha; python_version == "3" beta
alpha; python_version == "3" or
alpha; (python_version == "3"
alpha; python_version == "3"; os_name == "x"
alpha;
alpha; "
; python_version == "3"
alpha @ https://files.example/alpha.zip
alpha @ https://files.example/alpha.zip ; python_version >= "3"
alpha @ https://files.example/alpha.zip; python_version >= "3"
alpha @ https://files.example/alpha.zip;python_version >= "3"
alpha@https://files.example/alpha.zip
alpha[x] @ https://files.example/alpha.zip
alpha [x]@ https://files.example/alpha-1.0.tar.gz#sha256=abcd
alpha>=1 @ https://files.example/alpha.zip
alpha @ https://files.example/alpha zip
alpha @ https://user:pw@files.example/alpha.zip
alpha @ git+https://files.example/alpha.git@v1.0
alpha @ git+https://files.example/alpha.git@v1.0#subdirectory=sub
alpha @ git+ssh://git@files.example/alpha.git
alpha @ git+ssh://git@files.example:owner/alpha.git@main
alpha @ git+https://files.example/alpha.git@
alpha @ hg+https://files.example/alpha@tip
alpha @ svn+https://files.example/alpha@33
alpha @ bzr+https://files.example/alpha@7
alpha @ git+file:///srv/alpha.git@main
alpha @ https://files.example/x.zip#egg=other
alpha @ https://files.example/x.zip#egg=a[b]
alpha @
alpha @ ; python_version > "3"
https://files.example/alpha-1.0-py3-none-any.whl
https://files.example/Alpha_B-1.0-1-py3-none-any.whl
https://files.example/alpha-1.0-py3-none-any.whl#sha256=ABCD
https://files.example/alpha-1.0-py3-none-any.whl[x]
https://files.example/alpha%2D1.0-py3-none-any.whl
https://files.example/alpha-1.0.whl
https://files.example/alpha.WHL
https://files.example/alpha.zip#egg=alpha
https://files.example/alpha.zip#egg=alpha&sha256=abcd
https://files.example/alpha.zip?x=1&sha256=abcd
https://files.example/alpha.zip#sha256=
https://files.example/alpha.zip#md5=abcd
https://files.example/alpha.zip#SHA256=abcd
https://files.example/alpha.zip#egg=alpha[x]
https://files.example/alpha.zip#egg=alpha==1
https://files.example/alpha.zip#egg=
https://files.example/alpha ; python_version > "3"
https://files.example/alpha; python_version > "3"
https://files.example/alpha;python_version > "3"
https://files.example/alpha ;
https://files.example/
https://files.example
HTTPS://FILES.EXAMPLE/alpha.zip
http://files.example:8080/alpha.zip
http://[::1]/alpha.zip
http://[::1/alpha.zip
http://files.example]/alpha.zip
https://files.example/a b.zip
ftp://files.example/alpha.zip
git+https://files.example/alpha.git
git+https://files.example/alpha.git#egg=alpha
git+https://files.example/alpha.git@v1#egg=alpha&subdirectory=x
git+https://files.example/alpha.git@v1#subdirectory=x&egg=alpha
git+https://files.example/al@pha.git@feature/x
git+ssh://git@files.example/alpha.git@v1
git+git://files.example/alpha.git
git+ftp://files.example/alpha.git
git+git@files.example:owner/alpha.git
git://files.example/alpha.git
ssh://git@files.example/alpha.git
git@files.example:owner/alpha.git
hg+static-http://files.example/alpha#egg=alpha
file:bare.zip
file:./libs/alpha-1.0-py3-none-any.whl
file:libs/../bare.zip
file:///srv/alpha.zip
file:///srv/alpha.zip#egg=alpha
file://localhost/srv/alpha.zip
FILE:///srv/alpha.zip
./proj
./proj[x,y]
./proj [x]
proj/
proj
./libs/alpha-1.0-py3-none-any.whl
./libs/alpha-1.0-py3-none-any.whl[x]
./libs/alpha-1.0-py3-none-any.whl ; python_version > "3"
libs/alpha-1.0-py3-none-any.whl
alpha-1.0-py3-none-any.whl
alpha-1.0-py3-none-any.whl[x]
libs/other.tar.gz
bare.zip
bare.zip[x]
bare.ZIP
missing.zip
missing.tar.gz
missing.tar.lzma
missing.tbz
missing.whl
missing.gz
missing.egg
/srv/missing.zip
../missing.zip
./proj/../proj
./proj;python_version>"3"
-e ./proj
-e./proj
-e ./proj[x]
-e proj
-e proj[x]
-e .
--editable ./proj
--editable=./proj
--edit=./proj
--e ./proj
-e git+https://files.example/alpha.git#egg=alpha
-e git+https://files.example/alpha.git@v1#egg=alpha&subdirectory=x
-e git+https://files.example/alpha.git
-e git+https://files.example/alpha.git#egg=alpha[x]
-e git+ssh://git@files.example/alpha.git@v1#egg=alpha
-e git://files.example/alpha.git#egg=alpha
-e GIT+https://files.example/alpha.git#egg=alpha
-e svn:files.example#egg=alpha
-e "alpha @ git+https://files.example/alpha.git@v1"
-e "alpha[x] @ git+https://files.example/alpha.git ; python_version > '3'"
-e 'alpha @ file:///srv/alpha'
-e alpha@git+https://files.example/alpha.git
-e alpha @ git+https://files.example/alpha.git
-e "alpha @ https://files.example/alpha.zip"
-e "alpha @ FILE:///srv/alpha"
-e https://files.example/alpha.zip#egg=alpha
-e file:///srv/alpha
-e file:///srv/alpha#egg=alpha
-e file:proj[x]
-e FILE:///srv/alpha
-e alpha==1.0
-e alpha>=1
-e git@files.example:owner/alpha.git#egg=alpha
-e
-e ""
-e ./proj ; python_version > "3"
-e git+https://files.example/alpha.git#egg=alpha ; sys_platform == "linux"
-e ./proj --config-settings x=y
-r nested/limits.txt
-rnested/limits.txt
-r=nested/limits.txt
--requirement nested/more.txt
--requirement=nested/more.txt
--requirem nested/more.txt
--require nested/more.txt
--req nested/more.txt
-r "nested/more.txt"
-r nested/mo\re.txt
-r nested/missing.txt
-r nested/bad.txt
-r nested/circle.txt
-r
-c nested/limits.txt
-cnested/limits.txt
--constraint nested/limits.txt
--constr nested/limits.txt
-c nested/constraining.txt
-c nested/editable.txt
-i https://index.example/simple
-ihttps://index.example/simple
--index-url https://index.example/simple
--index-url=https://index.example/simple
--index https://index.example/simple
--ind https://index.example/simple
--i https://index.example/simple
--pypi-url https://index.example/simple
--py https://index.example/simple
--pypi https://index.example/simple
--p https://index.example/simple
--extra-index-url https://user:pw@index.example/simple
--extra https://index.example/simple
--ext=https://index.example/simple
-f https://index.example/links.html
-f ./libs
--find-links libs
--find=libs
--f libs
--no-index
--no-ind
--no-i
--no-index=1
--no
--pre
--pref
--prefer-binary
--prefer
--no-binary :all:
--no-binary=alpha,beta
--no-binary -x
--no-b :none:
--only-binary :all:
--only-b=alpha
--only alpha
--only-final=alpha
--all-releases :all:
--all alpha
--require-hashes
--no-require-hashes
--no-r
--trusted-host files.example
--trusted-host=files.example:8080
--tr files.example
--use-feature fast-deps
--use-feature=truststore
--use-feature 2020-resolver
--use-feature nonsense
--use fast-deps
-C x=y
--config-settings x=y
-C nonsense
-Z
--always-unzip
--global-option x
--install-option=x
--process-dependency-links
--no-deps
--user
--target x
--upgrade
-U
-x
-
--
-- alpha
--=x
---
--hash
--unknown
alpha --no-deps
alpha -U
alpha --hash=sha256:abcd
alpha --hash sha256:abcd
alpha --hash=sha256:abcd --hash=sha512:beef
alpha==1.0 --hash=SHA256:abcd
alpha==1.0 --hash=md5:abcd
alpha==1.0 --hash=sha1:abcd
alpha==1.0 --hash=sha256
alpha==1.0 --hash=sha256:
alpha==1.0 --hash=sha224:abcd
alpha==1.0 --hash=sha384:abcd
alpha==1.0 --hash
alpha==1.0 --has=sha256:ABCD
alpha==1.0 --hash="sha256:abcd"
alpha==1.0 --hash=sha256:"ab cd"
alpha==1.0 --hash='sha256:abcd
alpha==1.0 --hash=sha256:ab\
alpha==1.0 --config-settings x=y
alpha==1.0 -C x=y --config-settings="a=b c"
alpha==1.0 --config-settings x
alpha==1.0 --pre
alpha==1.0 --no-binary alpha
alpha==1.0 --require-hashes
alpha; python_version > "3" --hash=sha256:abcd
alpha ;python_version > "3"   --hash=sha256:abcd
https://files.example/alpha.zip --hash=sha256:abcd
./libs/alpha-1.0-py3-none-any.whl --hash=sha256:abcd
alpha==1.0--hash=sha256:abcd
alpha # comment
alpha#comment
alpha #
# only a comment
#only a comment
    # indented
alpha # comment # another
alpha ## comment
https://files.example/alpha.zip#egg=alpha # comment
https://files.example/alpha.zip #egg=alpha
alpha \
alpha\
\
\\
alpha \\
\alpha
alpha==${VERSION}
${NAME}==${VERSION}
${NAME}
$NAME
${name}
${UNSET_VARIABLE}
alpha==${UNSET_VARIABLE}
alpha${EMPTY}
alpha @ https://${TOKEN}@${HOST}/alpha.zip
alpha @ https://user:${TOKEN}@files.example/${TOKEN}/alpha.zip?token=${TOKEN}
https://${HOST}/alpha-${VERSION}-py3-none-any.whl
--index-url https://${TOKEN}@index.example/${TOKEN}/simple
--extra-index-url ${WHOLE}
--extra-index-url ${WHOLE}/simple
-r nested/${UNSET_VARIABLE}.txt
-e "${NAME} @ git+https://${TOKEN}@files.example/alpha.git@${VERSION}"
git+https://${TOKEN}:x@files.example/alpha.git@${VERSION}#egg=${NAME}
alpha; python_version > "${VERSION}"
alpha --hash=sha256:${TOKEN}
--trusted-host ${HOST}
a
A.b-C__d
1alpha
alpha==1.0;
alpha	>=	1
alpha	==1.0	;	python_version	>	"3"
alpha	--hash=sha256:abcd
"alpha"
'alpha==1.0'
alpha=="1.0"
alpha>=1;python_version>"3"and os_name=="posix"
alpha;(python_version>"3")
alpha;((python_version>"3"))and(os_name=="posix")
[alpha]
alpha:beta
alpha://x
c:\alpha
http:alpha
https:/files.example/alpha.zip
//files.example/alpha.zip
//[alpha
==1.0
alpha==
alpha>=1 <2
alpha>=1;
name @ https://files.example/alpha.zip --hash=sha256:abcd
É
alphä
alpha[ä]
alpha==1.0ä
alpha; python_version == "ä"
""".strip("\n")
)

FILES = [
    Case(content, label)
    for label, content in {
        "empty": b"",
        "blank": b"\n \n\t\n",
        "crlf": b"alpha\r\nbeta \\\r\n>=1\r\n",
        "cr": b"alpha\rbeta\r",
        "vertical tab": b"alpha\x0bbeta",
        "form feed": b"alpha\x0cbeta",
        "file separator": b"# c\x1calpha\x1dbeta\x1egamma",
        "unit separator": b"# c\x1falpha",
        "next line": "# c\x85alpha".encode(),
        "line separator": "# c\u2028alpha\u2029beta".encode(),
        "no-break space": "alpha\u00a0>=1".encode(),
        "comment after no-break space": "alpha\u00a0# c".encode(),
        "outer odd blanks": "\u3000alpha\u2003\n".encode(),
        "full-width digits": "alpha==\uff11.\uff10\n".encode(),
        "nul": b"alpha\0",
        "nul in a comment": b"alpha # \0\n",
        "continued": b"alpha \\\n  >=1 \\\n  ,<2\nbeta",
        "continued in a name": b"al\\\npha\n",
        "continued option": b"alpha \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\n",
        "continued into a comment": b"alpha \\\n# comment\nbeta\n",
        "continued comment": b"# comment \\\nalpha\n",
        "comment with backslash in between": b"alpha \\\n# comment \\\nbeta\n",
        "comment at the end of a continuation": b"alpha \\\n>=1 # c\n,<2\nbeta\n",
        "indented comment in between": b"alpha \\\n   # c\n>=1\n",
        "continued over a blank line": b"alpha \\\n\nbeta\n",
        "continued at the end": b"alpha\nbeta \\\n",
        "continued at the end, no newline": b"alpha\nbeta \\",
        "blank behind the backslash": b"alpha \\ \nbeta\n",
        "many backslashes": b"\\\\alpha\\\\\\\nbeta\n",
        "backslash alone": b"\\\nalpha\n",
        "continued -r": b"-r \\\nnested/limits.txt\n",
        "continued requirement into option": b"alpha\\\n -r nested/limits.txt",
        "utf-8 mark": b"\xef\xbb\xbfalpha\n",
        "two utf-8 marks": b"\xef\xbb\xbf\xef\xbb\xbfalpha\n",
        "mark inside": "alpha\n\ufeffbeta".encode(),
        "utf-16 le": b"\xff\xfe" + "alpha\nbeta".encode("utf-16-le"),
        "utf-16 be": b"\xfe\xff" + "alpha\nbeta".encode("utf-16-be"),
        "utf-16 cut": b"\xff\xfea\0l",
        "utf-16 without mark": "alpha".encode("utf-16-le"),
        "declared latin-1": b"# -*- coding: latin-1 -*-\nalpha # \xe9\n",
        "declared latin-1, next line": b"# coding=latin-1\n# \x85alpha\n",
        "declared cp1252": b"# coding=cp1252\n# \x85alpha\n",
        "declared utf-8": "# vim: set fileencoding=utf-8 :\nalpha # é\n".encode(),
        "declared on the second line": b"#!x\n# coding: latin-1\nalpha # \xe9",
        "declared on the third line": b"#\n#\n# coding: ascii\nalpha # \xc3\xa9",
        "declared not in a comment": b"alpha # coding: ascii\n# \xc3\xa9",
        "declared twice": b"# coding: latin-1\n# coding: ascii\nalpha # \xe9\n",
        "declared after carriage return": b"# x\r# coding: ascii\ralpha # \xc3\xa9",
        "declared unknown": b"# coding: nonsense\nalpha\n",
        "declared ascii, is not": b"# coding: ascii\nalpha # \xe9\n",
        "declared behind a mark": b"\xef\xbb\xbf# coding: ascii\nalpha # \xc3\xa9",
        "declared dotted": b"# coding: utf.8\nalpha\n",
        "two options": b"--pre --no-index\n",
        "two places": b"-i https://a.example -i https://b.example --extra-index-url https://c.example\n",
        "two hosts": b"--trusted-host a.example --trusted-host b.example\n",
        "many files": b"alpha\n-r nested/more.txt\n-c nested/limits.txt\nbeta\n",
        "the same file twice": b"-r nested/limits.txt\n-r nested/limits.txt\n",
        "bad line late": b"alpha\nbeta\n\n# c\n gamma delta\n",
        "deep marker": b"alpha; " + b"(" * 30 + b'os_name=="x"' + b")" * 30 + b"\n",
        "too deep marker": b"alpha; " + b"(" * 3000 + b'os_name=="x"' + b")" * 3000 + b"\n",
        "huge number": b"alpha==" + b"1" * 200 + b"\n",
    }.items()
]

STRICTER = {
    "UTF-32": [
        b"\xff\xfe\0\0" + "alpha\n".encode("utf-32-le"),
        b"\0\0\xfe\xff" + "alpha\n".encode("utf-32-be"),
    ],
    "two byte order marks": [
        b"\xff\xfe\xff\xfe" + "alpha\n".encode("utf-16-le"),
        b"\xff\xfe\xfe\xff" + "alpha\n".encode("utf-16-be"),
    ],
    "declares the encoding": [
        b"# coding: utf-7\n# +AAo-alpha\n",
        b"# coding: unicode_escape\n# \\nalpha\n",
        "# coding: gbk\nalpha # \u4e2d\n".encode("gbk"),
        "# coding: shift_jis\nalpha # \u8868\nbeta\n".encode("shift_jis"),
    ],
    "a backslash at the end of a comment": [
        b"alpha  # c \\\nbeta\n",
        b"alpha \\\n>=1 # c \\\n,<2\nbeta\n",
        b"alpha #\\\\\nbeta\n",
        b"alpha\t# \\",
    ],
    "a backslash right behind an option or its value": [
        b"--only-binary alpha\\\nbeta\n",
        b"-f ./wheels\\\r\nbeta\n",
        b"alpha --hash=sha256:ab\\\ncd\n",
        b"alpha --hash=sha256:ab \\\\\n--hash=sha256:cd\n",
        b"--pre\\",
    ],
    "a variable whose value makes up another variable": [
        b"alpha; os_name == '${LOOP}' or os_name == '${NAME}'\n"
    ],
    "a word among the options that pip passes over": [
        b"alpha --hash=sha256:ab beta\n",
        b"-r nested/limits.txt alpha\n",
        b"--pre alpha\n",
        b"-e ./proj beta\n",
        b"-e ./proj ; beta\n",
        b"-- alpha\n",
    ],
    "beside a requirement, which pip passes over": [
        b"alpha -r nested/limits.txt\n",
        b"alpha -c nested/limits.txt\n",
        b"./proj -e alpha\n",
        b"alpha -i https://index.example\n",
        b"alpha --extra-index-url https://index.example\n",
        b"alpha -f libs\n",
        b"alpha --trusted-host files.example\n",
    ],
    "of which pip passes over one": [
        b"-r nested/limits.txt -r nested/more.txt\n",
        b"-r nested/limits.txt -c nested/limits.txt\n",
        b"-c nested/limits.txt -r nested/limits.txt\n",
        b"-r nested/limits.txt --index-url https://index.example\n",
        b"-e ./proj -e ./proj\n",
        b"-e ./proj -r nested/limits.txt\n",
        b"-e ./proj --hash=sha256:ab\n",
        b"--pre -e ./proj\n",
    ],
    "--hash without a requirement, which pip passes over": [b"--hash=sha256:ab\n"],
    "has an empty value": [b"--index-url=\n", b"--extra-index-url ''\n", b"-f ''\n"],
    "a variable in a value with quotes or backslashes": [
        b'-f "li\\\\bs${TOKEN}"\n',
    ],
    "a control character in a URL": [b"ht\ttps://files.example/x.zip\n"],
    "a backslash or a blank in the host of a URL": [
        b"alpha @ https://files.example\\@other.example/x.zip\n",
        b"https://files.example x/x.zip\n",
    ],
    "a URL without a host": [b"https:alpha\n", b"https:///x.zip\n"],
    "the port in a URL is not a number": [
        b"https://user:p/w@files.example/x.zip\n",
        b"-i https://user:p/w@files.example/x\n",
    ],
    "a URL with .. in its path": [b"alpha @ https://files.example/../../../proj/x\n"],
    "a version with a number that is too long to be one": [b"alpha==" + b"1" * 1200 + b"\n"],
    "a URL whose host cannot be read": ["-i https://files\u2100.example/\n".encode()],
    "not the file name of a wheel": [b"alpha-1.0-py3-none-a\\y.whl\n"],
    "a path with slashes of both kinds": [b"libs/alpha-1.0-py3-none-a\\y.whl\n"],
    "a version with a slash": [b"alpha===w@git+https://files.example/x\n"],
    "the URL after @ has no scheme that pip knows": [
        b"alpha @ ./proj\n",
        b"alpha@bare\n",
        b"alpha @ s3://files.example/x.zip\n",
        b"alpha@missing.zip\n",
    ],
    "neither a requirement nor a path": [
        b"alpha==1.0+x.zip\n",
        b"alpha===1/2\n",
        b"alpha>=1.zip\n",
    ],
    "a requirement that is oddly written after -e": [
        b"-e 'alpha_ @ git+https://files.example/x.git'\n"
    ],
}
"""What pip accepts and the parser refuses: a part of its message, and files that show it.

- The encodings: pip's versions read such a file differently, or people do.
- A backslash behind a comment continues the line to pip, and the comment alone to uv.
- Options and words that pip passes over look as if they did something.
- URLs: the parts of pip do not agree on the host, or nothing could be fetched from there.
- `name @ https://host/../../folder` is a folder to pip, if there is one; `name===1/2` likewise.
- A backslash is a separator on Windows, and a part of a name elsewhere.
- An archive that is not there: pip would go on, and fail when it opens the file.
- A requirement that is oddly written costs its author a blank, and us a way to be wrong.
"""

_PARTS = (
    ("alpha", "Beta_X", "g.d", "a", "x1", "alpha[x]", "beta[ y , Z_q ]", "né", ""),
    ("", "==1.0", ">=1,<2", " ~= 1.4", "==1.*", "===w", "(>1)", "=1", " >= 1 , != 2", "==1.0+l"),
    ("", "", "", " @ https://files.example/x.zip", "@git+https://h.example/r@v#egg=e", " @ x"),
    ("", "", ";python_version>'3'", " ; os_name == 'nt' and extra == 'x'", "; bad", " ;"),
    (
        *("", "", f" --hash=sha256:{DIGEST}", " --hash=sha512:ab --hash=sha256:cd", " --pre"),
        *(" -C a=b", " --hash=md5:ab", ' --config-settings="a=b"', " -r nested/limits.txt"),
    ),
    ("", "", " # comment", "#no comment", " \\", "\\", " \\\\"),
    ("\n", "\n", "\r\n", "\r", "\x0c", "\u2028", "\n\n"),
)
_NOISE = (
    *" \t\\#;@=-'\"[](),.:/$%&~<>!\n\r\x0b\x0c\x1c\x85\u2028\ufeff\0aA1é",
    *("--", " -", " -r ", " -e ", "${NAME}", "https://", "git+", "#egg=", "==", " #", "\\\n"),
)


def generated(seed: int, count: int) -> Iterator[Case]:
    """Yield files put together from parts of requirements."""
    chance = random.Random(seed)  # noqa: S311 - to make test cases
    for number in range(count):
        lines = [
            "".join(chance.choice(choices) for choices in _PARTS)
            for _ in range(chance.randint(1, 4))
        ]
        yield Case("".join(lines).encode(), f"generated {seed}:{number}")


def mutated(seed: int, count: int) -> Iterator[Case]:
    """Yield files written by hand, with some characters put in, taken out, or doubled."""
    chance = random.Random(seed)  # noqa: S311 - to make test cases
    for number in range(count):
        text = chance.choice(WHOLE_LINES).content.decode()
        for _ in range(chance.randint(1, 3)):
            at = chance.randint(0, len(text))
            end = min(len(text), at + chance.choice((0, 0, 1, 2)))
            text = text[:at] + chance.choice(("", *_NOISE)) + text[end:]
        yield Case(text.encode(), f"mutated {seed}:{number}")
