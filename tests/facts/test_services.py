"""Which services are asked, and under what name their answers are kept."""

from __future__ import annotations

from vetgate.facts.services import ECOSYSTEMS, Services, services

OWN = "https://counts.acme.example/v1"


def test_the_public_services_are_asked_unless_others_are_named() -> None:
    assert services({}) == Services()
    assert services({"VETGATE_DOWNLOADS_URL": OWN}) == Services(OWN, None, ECOSYSTEMS)
    assert services({"VETGATE_DEPENDENTS_URL": OWN}) == Services()._replace(dependents=OWN)
    assert services({"VETGATE_ADVISORIES_URL": OWN}) == Services()._replace(advisories=OWN)


def test_each_choice_of_services_has_a_scope_of_its_own() -> None:
    chosen = [
        Services(),
        Services(OWN, None, ECOSYSTEMS),
        Services()._replace(dependents=OWN),
        Services(OWN, None, OWN),
        Services(None, OWN, OWN),
        Services(None, OWN, OWN, OWN),
    ]

    assert len({each.scope for each in chosen}) == len(chosen)


def test_a_scope_has_no_credentials() -> None:
    own = "https://me:secret@counts.acme.example/v1?password=secret"

    assert Services(own, None, None, None).scope == f"{OWN} - - -"
