"""Each way of paging, asked page by page as the reader does it."""

from typing import Any

import pytest

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.paging import (
    Head,
    HeaderToken,
    LinkHeader,
    NextUrl,
    Offset,
    OnePage,
    PageNumber,
    Paging,
    Token,
    Version,
)

FIRST = Ask({"limit": 2})


def following(
    paging: Paging,
    ask: Ask = FIRST,
    *,
    fields: dict[str, Any] | None = None,
    records: int = 2,
    headers: dict[str, str] | None = None,
) -> Ask | None:
    told = {**dict.fromkeys(paging.fields), **(fields or {})}
    return paging.following(ask, Answer(b"", headers or {}), Head(told, records))


def test_one_page_has_no_second() -> None:
    assert following(OnePage()) is None


def test_a_token_goes_back_with_the_same_question() -> None:
    assert following(Token(), fields={"cursor": "x"}) == Ask({"limit": 2, "cursor": "x"})
    assert following(Token("page/next", "token"), fields={"page/next": "x"}) == Ask(
        {"limit": 2, "token": "x"}
    )
    assert following(Token(), Ask(body={"limit": 2}), fields={"cursor": "x"}) == Ask(
        body={"limit": 2, "cursor": "x"}
    )
    assert following(Token()) is None
    assert following(Token(), fields={"cursor": ""}) is None


def test_a_token_of_a_graphql_connection_goes_into_the_variables_while_there_are_more_pages() -> None:
    paging = Token("data/orders/endCursor", "variables/after", more="data/orders/hasNextPage")
    ask = Ask(body={"query": "q", "variables": {"first": 5}})
    fields = {"data/orders/endCursor": "x", "data/orders/hasNextPage": True}
    expected = Ask(body={"query": "q", "variables": {"first": 5, "after": "x"}})
    assert following(paging, ask, fields=fields) == expected
    assert ask.body == {"query": "q", "variables": {"first": 5}}
    assert following(paging, ask, fields={**fields, "data/orders/hasNextPage": False}) is None


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://shop.example/orders?page=2>; rel="next"', "https://shop.example/orders?page=2"),
        (
            '<https://shop.example/o?page=1>; rel="first", <https://shop.example/o?page=3>; rel="next", '
            '<https://shop.example/o?page=9>; rel="last"',
            "https://shop.example/o?page=3",
        ),
        ("<https://shop.example/o?page=3>; rel=next", "https://shop.example/o?page=3"),
        ('<https://shop.example/o?a=1,2>; title="x"; rel="next"', "https://shop.example/o?a=1,2"),
        ('<https://shop.example/o?page=1>; rel="prev"', None),
        ("", None),
    ],
)
def test_a_link_header_names_the_next_page(header: str, url: str | None) -> None:
    found = following(LinkHeader(), headers={"Link": header})
    assert (found.url if found else None) == url


def test_a_header_or_a_field_names_the_next_page() -> None:
    header = HeaderToken("Shop-Next", "pageToken")
    assert following(header, headers={"Shop-Next": "x"}) == Ask({"limit": 2, "pageToken": "x"})
    assert following(header) is None
    assert following(NextUrl("next"), fields={"next": "https://shop.example/2"}) == Ask(
        {"limit": 2}, url="https://shop.example/2"
    )
    assert following(NextUrl("next"), fields={"next": ""}) is None


def test_an_offset_counts_on_by_what_came_until_nothing_comes_even_when_pages_are_smaller_than_asked() -> (
    None
):
    second = following(Offset(), records=1)
    assert second == Ask({"limit": 2, "offset": 1})
    third = following(Offset(), second, records=2)
    assert third == Ask({"limit": 2, "offset": 3})
    assert following(Offset(), third, records=0) is None
    ask = Ask(body={"query": {"limit": 2}})
    second = following(Offset("query/offset"), ask, records=2)
    assert second == Ask(body={"query": {"limit": 2, "offset": 2}})
    third = following(Offset("query/offset"), second, records=1)
    assert third == Ask(body={"query": {"limit": 2, "offset": 3}})


def test_page_numbers_count_until_a_page_is_empty() -> None:
    second = following(PageNumber(), records=1)
    assert second == Ask({"limit": 2, "page": 2})
    assert following(PageNumber(first=0)) == Ask({"limit": 2, "page": 1})
    assert following(PageNumber(), second, records=0) is None


def test_a_feed_goes_on_after_the_highest_version_and_remembers_it() -> None:
    paging = Version()
    assert following(paging, fields={"version/max": 55}) == Ask({"limit": 2, "after": "55"})
    assert following(paging, fields={"version/max": 55}, records=0) is None
    assert following(paging, records=0) is None
    assert paging.place(Head({"version/max": 55}, 3)) == "55"
    assert paging.place(Head({"version/max": None}, 0)) is None


def test_names_in_a_path_are_filled_in_and_cannot_leave_their_place() -> None:
    assert Ask(place={"shop": "a/b?c"}).target("/v1/{shop}/orders") == "/v1/a%2Fb%3Fc/orders"
