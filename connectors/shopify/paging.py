"""The one page mark that the paging of other vendors cannot find."""

import json
from dataclasses import dataclass, replace

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.paging import Head, Paging


@dataclass(frozen=True)
class SalesToken(Paging):
    """The next page of one agreement's sales: it is named inside the list that holds this one agreement.

    An agreement cannot be asked for by itself, only as the one that a search in its order's list finds.
    """

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The same question with the cursor."""
        order = json.loads(answer.content)["data"]["order"]
        found = order["agreements"]["nodes"] if order else []
        mark = found[0]["sales"]["pageInfo"] if found else {"hasNextPage": False}
        if not mark["hasNextPage"]:
            return None
        variables = {**ask.body["variables"], "after": mark["endCursor"]}
        return replace(ask, body={**ask.body, "variables": variables})
