"""What every vendor's refusals and faults come to: a wait, another try, a skipped resource, a sentence."""

import pytest

from connectors.core.errors import AuthenticationError, ConnectorError, RateLimited, VendorError
from tests.connectors.contract.account import Account, read
from tests.connectors.contract.till import TILLS, Wait, of


def assert_says_nothing_secret(error: ConnectorError, account: Account) -> None:
    sentence = str(error)
    assert f"(connection {account.connection_id})" in sentence
    assert "\n" not in sentence
    assert not any(secret in sentence for secret in account.secrets.values())


def test_refused_credentials_are_one_sentence_without_them(account: Account) -> None:
    account.faults.token_expires_after = 0
    with pytest.raises(AuthenticationError) as caught:
        read(account)
    assert_says_nothing_secret(caught.value, account)


@of(till for till in TILLS if not till.renews)
def test_a_token_that_expires_in_the_middle_ends_the_run(account: Account) -> None:
    account.faults.expire_token(account.till.sales, after=1)
    with pytest.raises(AuthenticationError) as caught:
        read(account)
    assert_says_nothing_secret(caught.value, account)
    assert read(account).orders == account.told


@of(till for till in TILLS if till.renews)
def test_a_token_that_expires_in_the_middle_is_renewed(account: Account) -> None:
    account.faults.expire_token(account.till.sales, after=1)
    assert read(account).orders == account.told
    assert 401 in {request.status for request in account.requests}


def test_a_resource_that_may_not_be_read_is_skipped_and_the_rest_is_read(account: Account) -> None:
    denied = account.till.denied
    account.faults.forbid(denied.subject)
    reading = read(account)
    assert set(reading.skipped) == set(denied.resources)
    assert all(denied.scope in reason for reason in reading.skipped.values())
    assert reading.orders == account.told


@pytest.mark.parametrize(
    ("till", "wait"),
    [pytest.param(till, wait, id=f"{till.pos}: {wait.name}") for till in TILLS for wait in till.waits],
    indirect=["till"],
    scope="module",
)
def test_a_vendor_that_asks_to_wait_is_waited_for(
    account: Account, small_steps: list[float], wait: Wait
) -> None:
    account.faults.rate_limit(account.till.sales, after=1, retry_after=wait.retry_after, as_date=wait.as_date)
    reading = read(account)
    assert wait.at_least <= max(small_steps) <= wait.at_most
    assert reading.orders == account.told


def test_a_vendor_that_never_stops_asking_to_wait_is_an_error(account: Account) -> None:
    account.faults.rate_limit(account.till.sales, times=100, retry_after=1)
    with pytest.raises(RateLimited, match="the vendor asks to slow down") as caught:
        read(account)
    assert_says_nothing_secret(caught.value, account)


def test_faults_that_pass_are_not_noticed(account: Account) -> None:
    undisturbed = read(account)
    sales = account.till.sales
    account.faults.server_error(sales, status=500)
    account.faults.server_error(sales, after=1, times=2, status=503)
    account.faults.drop_body(sales, after=2)
    account.faults.drop_body(times=2)
    disturbed = read(account)
    assert disturbed.content() == undisturbed.content()
    assert disturbed.orders == account.told


def test_a_fault_that_stays_is_an_error(account: Account) -> None:
    account.faults.server_error(account.till.sales, times=100, status=500)
    with pytest.raises(VendorError, match="after 8 tries") as caught:
        read(account)
    assert_says_nothing_secret(caught.value, account)


def test_an_answer_that_always_breaks_off_is_an_error(account: Account) -> None:
    account.faults.drop_body(account.till.sales, times=100)
    with pytest.raises(VendorError, match="no whole answer arrived") as caught:
        read(account)
    assert_says_nothing_secret(caught.value, account)
