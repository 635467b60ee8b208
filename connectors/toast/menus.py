"""Puts a restaurant's menus into one list: groups hold groups to any depth, a wire schema to one."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def as_one_list(answer: bytes) -> bytes:
    """All items and modifier options of the published menus, as `{"records": [...]}`.

    An item that stands in several menus is told as it stands in the first one: its price may differ between
    them. Prices stay the text that they were sent as. What is no JSON is left for the reader to complain of.
    """
    try:
        restaurant = json.loads(answer, parse_float=str)
    except ValueError:
        return answer
    records: dict[tuple[str, str | None], Json] = {}
    for menu in restaurant.get("menus") or ():
        for group, item in _items_of(menu):
            guid = item.get("guid")
            place = {"guid": guid, "menu": menu.get("name"), "group": group.get("name")}
            records.setdefault(("item", guid), {**item, "item": place})
    for option in (restaurant.get("modifierOptionReferences") or {}).values():
        guid = option.get("guid")
        records.setdefault(("option", guid), {**option, "option": {"guid": guid}})
    return json.dumps({"records": list(records.values())}).encode()


def _items_of(parent: Json) -> Iterator[tuple[Json, Json]]:
    """Every item below a menu or group, with the group that it stands in."""
    for group in parent.get("menuGroups") or ():
        for item in group.get("menuItems") or ():
            yield group, item
        yield from _items_of(group)
