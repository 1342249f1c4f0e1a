"""What a role gives, and what it gives beyond another."""

from tests.unit.delegation.builders import ACCESS_MANAGER, CONTRIBUTOR, READER, SIGNATORY


def test_a_reader_may_read_and_nothing_else():
    assert READER.gives("dossier.read")
    assert not READER.gives("dossier.draft")


def test_a_signatory_has_what_a_contributor_does_not():
    assert SIGNATORY.beyond(CONTRIBUTOR) == ["dossier.submit", "dossier.sign"]


def test_no_role_goes_beyond_an_access_managers():
    assert all(not role.beyond(ACCESS_MANAGER) for role in (ACCESS_MANAGER, SIGNATORY, CONTRIBUTOR, READER))
