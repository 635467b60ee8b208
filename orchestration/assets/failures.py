"""How an asset fails when the trouble is a known one."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.errors import plain_sentence


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns a known trouble into a failure whose description is its sentence; lets the others through."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        sentence = plain_sentence(error)
        if sentence is None:
            raise
        raise dg.Failure(description=sentence, allow_retries=False) from error
