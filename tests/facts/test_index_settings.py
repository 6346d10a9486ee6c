"""pip's settings: the same files, sections and variables as pip reads, in the same order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vetgate.errors import UsageError
from vetgate.facts.index_settings import (
    DEFAULT_SCOPE,
    Credentials,
    IndexSettings,
    default_url,
    index_settings,
    is_default,
    normal_url,
    variables,
)

QUIET = {"PIP_CONFIG_FILE": os.devnull}


def test_without_settings_pip_s_default_is_asked() -> None:
    settings = index_settings(QUIET)

    assert settings == IndexSettings()
    assert settings.scope == DEFAULT_SCOPE
    assert settings.simple_url() == default_url()
    assert default_url().endswith("/simple")


def test_the_environment_sets_everything() -> None:
    settings = index_settings(
        {
            **QUIET,
            "PIP_INDEX_URL": "https://us%40er:pa%20ss@index.example/simple/",
            "PIP_EXTRA_INDEX_URL": "https://u:p@a.example/simple  https://b.example/simple",
            "PIP_NO_INDEX": "1",
            "PIP_PROXY": "http://proxy.example:3128",
            "PIP_CERT": "/ca.pem",
            "PIP_CLIENT_CERT": "/me.pem",
            "PIP_TRUSTED_HOST": "a.example b.example:8080",
            "PIP_TIMEOUT": "30",
            "PIP_KEYRING_PROVIDER": "disabled",
        }
    )

    assert settings == IndexSettings(
        url="https://index.example/simple",
        credentials=Credentials("us@er", "pa ss"),
        extra_urls=("https://a.example/simple", "https://b.example/simple"),
        no_index=True,
        proxy="http://proxy.example:3128",
        cert="/ca.pem",
        client_cert="/me.pem",
        trusted_hosts=("a.example", "b.example:8080"),
        timeout=30.0,
        keyring_provider="disabled",
    )


def test_what_pip_was_told_comes_before_all_settings() -> None:
    told = IndexSettings(
        proxy="http://proxy.example:3128",
        cert="/ca.pem",
        client_cert="/me.pem",
        trusted_hosts=("a.example", "b.example:8080"),
        keyring_provider="disabled",
    )

    assert index_settings({**QUIET, "PIP_PROXY": "http://x.example", **variables(told)}) == told
    assert index_settings({**QUIET, **variables(IndexSettings())}) == IndexSettings()


def test_credentials_are_never_printed() -> None:
    settings = index_settings(
        {**QUIET, "PIP_INDEX_URL": "https://user:secret@index.example/simple"}
    )

    assert "secret" not in repr(settings)
    assert "user" not in repr(settings)
    assert settings.scope == "https://index.example/simple"


def test_our_own_variable_comes_before_pip_s() -> None:
    settings = index_settings(
        {
            **QUIET,
            "VETGATE_INDEX_URL": "https://a.example/simple",
            "PIP_INDEX_URL": "https://b.example",
        }
    )

    assert settings.url == "https://a.example/simple"


def conf(folder: Path, text: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pip.conf"
    path.write_text(text)
    return str(path)


def test_files_are_read_in_pip_s_order(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_DIRS": str(tmp_path / "xdg"),
        "VIRTUAL_ENV": str(tmp_path / "venv"),
    }
    found = []
    for folder in ("xdg/pip", "home/.pip", "home/.config/pip", "venv"):
        conf(tmp_path / folder, f"[global]\nindex-url = https://index.example/{folder}\n")
        found.append(index_settings(environment).url)
    redirect = conf(tmp_path / "own", "[global]\nindex_url = https://index.example/own\n")
    found.append(index_settings({**environment, "PIP_CONFIG_FILE": redirect}).url)
    variable = {"PIP_CONFIG_FILE": redirect, "PIP_INDEX_URL": "https://index.example/env"}
    found.append(index_settings({**environment, **variable}).url)

    assert found == [
        f"https://index.example/{place}"
        for place in ("xdg/pip", "home/.pip", "home/.config/pip", "venv", "own", "env")
    ]


def test_a_file_named_by_the_environment_replaces_the_user_s(tmp_path: Path) -> None:
    conf(tmp_path / "home/.pip", "[global]\nproxy = http://user.example\n")
    redirect = conf(tmp_path / "own", "[global]\nindex-url = https://index.example/simple\n")
    environment = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_DIRS": str(tmp_path / "none")}

    assert index_settings({**environment, "PIP_CONFIG_FILE": redirect}).proxy is None


def test_the_section_of_install_comes_before_the_global_one(tmp_path: Path) -> None:
    path = conf(
        tmp_path,
        "[install]\nindex-url = https://index.example/install\n"
        "[global]\nindex-url = https://index.example/global\n"
        "trusted-host =\n  a.example\n  b.example\n"
        "[download]\nindex-url = https://index.example/download\n",
    )

    settings = index_settings({"PIP_CONFIG_FILE": path, "HOME": str(tmp_path)})

    assert settings.url == "https://index.example/install"
    assert settings.trusted_hosts == ("a.example", "b.example")


def test_a_percent_sign_is_no_interpolation(tmp_path: Path) -> None:
    path = conf(tmp_path, "[global]\nindex-url = https://u:a%2Fb@index.example/simple\n")

    settings = index_settings({"PIP_CONFIG_FILE": path, "HOME": str(tmp_path)})

    assert settings.credentials == Credentials("u", "a/b")


@pytest.mark.parametrize("text", ["index-url = x\n", "[global\n", "[global]\nnonsense\n"])
def test_a_file_that_pip_refuses_is_refused(tmp_path: Path, text: str) -> None:
    path = conf(tmp_path, text)

    with pytest.raises(UsageError) as refused:
        index_settings({"PIP_CONFIG_FILE": path, "HOME": str(tmp_path)})

    assert str(refused.value).startswith(f"{path}: pip's settings cannot be read: ")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Index.Example:443/simple/", "https://index.example/simple"),
        ("https://user:pw@index.example./simple", "https://index.example/simple"),
        ("http://index.example:80", "http://index.example"),
        ("http://index.example:8080/a?b#c", "http://index.example:8080/a"),
        ("http://[::1]:3141/root", "http://[::1]:3141/root"),
        ("https://u:p@index.example:port/", "index.example:port/"),
    ],
)
def test_a_url_has_one_spelling(url: str, normal: str) -> None:
    assert normal_url(url) == normal


def test_the_default_is_known_in_any_spelling() -> None:
    spelled = default_url().replace("https://", "HTTPS://user:pw@")

    assert is_default(f"{spelled}/")
    assert not is_default("https://index.example/simple")
