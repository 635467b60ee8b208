"""What the simulated Toast accepts, ignores and refuses is what Toast's documentation says."""

import pytest

from tests.simulator.toast.conftest import LOGIN, ORDERS, YEAR, Client


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"startDate": YEAR["startDate"]},
        {**YEAR, "pageSize": "101"},
        {**YEAR, "startDate": "2015-11-30T00:00:00.000+0000"},
        {**YEAR, "startDate": "2026-01-01T00:00:00+0000"},
        {**YEAR, "endDate": YEAR["startDate"]},
        {"businessDate": "2026-11-01"},
    ],
    ids=[
        "nothing",
        "no end",
        "a page too large",
        "too early",
        "no fraction",
        "no span",
        "a date with dashes",
    ],
)
def test_a_wrong_question_about_orders_is_refused(toast: Client, asked: dict[str, str]) -> None:
    assert toast.get(ORDERS, params=asked).status_code == 400


def test_a_plus_that_is_not_encoded_is_no_time(toast: Client) -> None:
    plain = "&".join(f"{name}={value}" for name, value in YEAR.items())
    assert toast.get(f"{ORDERS}?{plain}").status_code == 400
    assert toast.get(f"{ORDERS}?{plain.replace('+', '%2B')}").status_code == 200


def test_pages_are_numbered_from_one_and_linked(toast: Client) -> None:
    small = {**YEAR, "pageSize": "50"}
    first = toast.get(ORDERS, params=small)
    second = toast.get(ORDERS, params={**small, "page": "2"})
    assert "page=2" in first.links["next"]["url"]
    assert "prev" not in first.links
    assert "page=1" in second.links["prev"]["url"]
    assert {order["guid"] for order in first.json()}.isdisjoint(order["guid"] for order in second.json())
    last = toast.get(ORDERS, params={**small, "page": "999"})
    assert last.json() == []
    assert "next" not in last.links


def test_the_end_of_a_span_does_not_belong_to_it(toast: Client) -> None:
    changed = sorted(order["modifiedDate"] for order in toast.every_order())
    span = {"startDate": changed[3], "endDate": changed[5]}
    told = {order["modifiedDate"] for order in toast.get(ORDERS, params=span).json()}
    assert told == set(changed[3:5])


def test_a_business_date_lists_what_was_opened_on_it(toast: Client) -> None:
    everything = toast.every_order()
    day = everything[len(everything) // 2]["businessDate"]
    of_day = toast.get(ORDERS, params={"businessDate": day}).json()
    assert {order["guid"] for order in of_day} == {
        order["guid"] for order in everything if order["businessDate"] == day
    }


def test_a_parameter_that_is_not_documented_is_ignored(toast: Client) -> None:
    asked = {**YEAR, "modifiedAfter": "2026-11-20T00:00:00.000+0000", "limit": "1"}
    assert toast.get(ORDERS, params=asked).json() == toast.get(ORDERS, params=YEAR).json()


def test_a_request_names_a_restaurant_that_the_client_may_read(toast: Client) -> None:
    assert toast.get(ORDERS, params=YEAR, headers={"Toast-Restaurant-External-ID": ""}).status_code == 400
    assert toast.get(ORDERS, params=YEAR, headers={"Toast-Restaurant-External-ID": "X"}).status_code == 403
    assert toast.get("/restaurants/v1/restaurants/X").status_code == 404


def test_every_answer_tells_the_nearest_limit_and_a_refusal_says_when_it_ends(toast: Client) -> None:
    well = toast.get("/menus/v2/metadata")
    assert well.headers["X-Toast-RateLimit-Remaining"] == "19"
    toast.app.state.faults.rate_limit(retry_after=5)
    refused = toast.get("/menus/v2/metadata")
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers
    assert int(refused.headers["X-Toast-RateLimit-Reset"]) > int(well.headers["X-Toast-RateLimit-Reset"])


def test_a_login_is_for_machines_only(toast: Client) -> None:
    assert toast.post(LOGIN, json={"clientId": "simulated-client"}).status_code == 401
    assert toast.post(LOGIN, data=b"no json").status_code == 400


def test_a_list_of_the_configuration_names_its_next_page_in_a_header(
    toast: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = toast.get("/config/v2/menuItems").json()
    monkeypatch.setattr("simulator.toast.account.CONFIGURATION_PER_PAGE", 3)
    found, token = [], ""
    while True:
        answer = toast.get("/config/v2/menuItems", params={"pageToken": token} if token else {})
        found += answer.json()
        token = answer.headers.get("Toast-Next-Page-Token", "")
        if not token:
            break
    assert found == whole


def test_a_report_is_told_after_it_was_asked_for_often_enough(toast: Client) -> None:
    account = toast.app.state.account
    account.report_looks = 2
    asked = {
        "startBusinessDate": 20261101,
        "endBusinessDate": 20261121,
        "restaurantIds": ["L002"],
        "excludedRestaurantIds": [],
    }
    report = toast.post("/era/v1/metrics", json=asked).json()
    answers = [toast.get(f"/era/v1/metrics/{report}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 200]
    assert {row["restaurantGuid"] for row in answers[2].json()} == {"L002"}
    assert toast.get("/era/v1/metrics/unknown").status_code == 404
    years = asked | {"startBusinessDate": 20240101}
    assert toast.post("/era/v1/metrics", json=years).status_code == 400
