"""What `pos check` finds at every vendor: the right credentials, and each way in which they can be wrong."""

from connectors.core.connector import Finding
from tests.connectors.contract.account import Account


def findings(account: Account) -> list[Finding]:
    """The findings, none of which may show a secret or a person."""
    found = list(account.connector.check(account.connection))
    text = " ".join(f"{finding.subject} {finding.detail}" for finding in found)
    assert not any(secret in text for secret in account.secrets.values())
    assert not any(planted in text for planted in account.ledger.personal_data())
    assert not any("\n" in finding.detail for finding in found)
    return found


def test_right_credentials_may_read_every_resource(account: Account) -> None:
    found = findings(account)
    assert [finding for finding in found if not finding.holds] == []
    assert {endpoint.name for endpoint in account.endpoints} <= {item.subject for item in found}


def test_wrong_credentials_are_one_finding(account: Account) -> None:
    account.secrets = {name: f"wrong-{number}" for number, name in enumerate(account.secrets)}
    (finding,) = findings(account)
    assert not finding.holds


def test_a_missing_permission_is_named(account: Account) -> None:
    denied = account.till.denied
    account.faults.forbid(denied.subject)
    failed = {finding.subject: finding.detail for finding in findings(account) if not finding.holds}
    assert set(failed) == set(denied.resources)
    assert all(denied.scope in detail for detail in failed.values())


def test_an_account_that_the_credentials_do_not_open_is_found(account: Account) -> None:
    account.settings = dict(account.till.wrong_account)
    assert [finding for finding in findings(account) if not finding.holds] != []


def test_an_unreachable_host_is_one_finding(account: Account) -> None:
    account.base_url = "http://127.0.0.1:9"
    (finding,) = findings(account)
    assert not finding.holds
    assert "no whole answer arrived" in finding.detail
