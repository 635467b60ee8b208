"""`pos report`: the questions of dbt_project/analyses/questions, asked of the published file.

A question is a dbt analysis. It is rendered here with the project's own macros, because dbt takes five
seconds to start; that both give the same SQL is tested.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import jinja2
from jinja2.runtime import Context

from orchestration.cli.query import (
    QueryError,
    fetched,
    fits,
    output,
    published,
    text,
    write_cells,
    write_csv,
)
from orchestration.errors import OperationError
from orchestration.settings import PROJECT_ROOT, Settings

QUESTIONS_DIR = PROJECT_ROOT / "dbt_project" / "analyses" / "questions"
MACROS_DIR = PROJECT_ROOT / "dbt_project" / "macros"
MACRO = re.compile(r"{%-?\s*macro (\w+)\(.*?{%-?\s*endmacro\s*-?%}", re.DOTALL)
SCHEMAS = ("marts", "unified")
BARS = "Bars: "
EMPTY = "Empty: "
DAYS_SHOWN = 30
"""The range's length where none is given."""

PER_CENT = {"_change": "+.1%", "_share": ".1%", "_rate": ".1%", "_margin": ".1%", "_uptake": ".1%"}
"""How ratios are shown, by the end of the column's name."""
QUANTITIES = ("units", "quantity")
"""Decimals whose name begins with one of these are no money."""

BAR_CELLS = 24
EIGHTHS = " ▏▎▍▌▋▊▉"


class QuestionError(OperationError):
    """The question cannot be asked like this."""


@dataclass(frozen=True)
class Question:
    """A question, as its file says it.

    Attributes:
        name: What it is asked by.
        template: The file.
    """

    name: str
    template: str

    @cached_property
    def comment(self) -> list[str]:
        """The lines at the top of the file."""
        lines = takewhile(lambda line: line.startswith("--"), self.template.splitlines())
        return [line.removeprefix("--").strip() for line in lines]

    @property
    def sentence(self) -> str:
        """The question, for people; its name where the file does not say it."""
        return self.comment[0] if self.comment else self.name

    @property
    def answers(self) -> str:
        """What the answer holds."""
        return " ".join(line for line in self.comment[1:] if not line.startswith((BARS, EMPTY)))

    @property
    def bars(self) -> str | None:
        """The column that is drawn, if any."""
        return self.note(BARS)

    @property
    def empty(self) -> str:
        """What it means that the answer has no rows."""
        return self.note(EMPTY) or "Nothing is known of that."

    def note(self, kind: str) -> str | None:
        """What the line of the comment says that begins like this, if there is one."""
        return next((line.removeprefix(kind) for line in self.comment if line.startswith(kind)), None)

    def asks(self, *macros: str) -> bool:
        """Tells whether it uses one of the macros of questions.sql, itself or through another."""
        sql = macros_for(self.template) + self.template
        return any(f"{macro}()" in sql for macro in macros)

    def sql(self, tables: Mapping[str, str]) -> str:
        """The query, as dbt compiles it.

        Args:
            tables: What each name in a ref() is called in the database.

        Raises:
            QuestionError: The database has no such table.
        """

        def ref(model: str) -> str:
            if model not in tables:
                raise QuestionError(f"The published warehouse has no table {model}; pos refresh builds it.")
            return tables[model]

        @jinja2.pass_context
        def dispatch(context: Context, macro: str) -> object:
            return context[f"default__{macro}"]

        # nothing here is HTML
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701
        return environment.from_string(macros_for(self.template) + self.template).render(
            {"ref": ref, "return": str, "adapter": SimpleNamespace(dispatch=dispatch)}
        )


@dataclass(frozen=True)
class Asked:
    """What a question is asked about.

    Attributes:
        start: First business date.
        end: Last business date.
        pos: The system; None for all.
        location: The store's location_key; None for all.
        built: The day of the last build; None where nothing is known.
    """

    start: date
    end: date
    pos: str | None
    location: str | None
    built: date | None

    def __str__(self) -> str:
        return f"{self.start} to {self.end}, {self.stores}"

    @property
    def stores(self) -> str:
        """Which stores, for people."""
        store = f"store {self.location}" if self.location else "all stores"
        return f"{store}, {self.pos or 'all systems'}"

    @property
    def variables(self) -> dict[str, date | str | None]:
        """What the macros of questions.sql read."""
        return {"first_day": self.start, "last_day": self.end, "pos": self.pos, "location": self.location}


def questions() -> dict[str, Question]:
    """All questions by name."""
    files = sorted(QUESTIONS_DIR.glob("*.sql"))
    return {path.stem: Question(path.stem, path.read_text(encoding="utf-8")) for path in files}


def macros_for(template: str) -> str:
    """The project's macros that a template names, and those that they name in turn."""
    files = (path.read_text(encoding="utf-8") for path in sorted(MACROS_DIR.glob("*.sql")))
    known = {macro[1]: macro[0] for text in files for macro in MACRO.finditer(text)}
    needed: dict[str, str] = {}
    waiting = [template]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop()))
        found = (words | {f"default__{word}" for word in words}) & known.keys() - needed.keys()
        needed |= {name: known[name] for name in sorted(found)}
        waiting += [known[name] for name in found]
    return "".join(needed.values())


def list_questions() -> None:
    """Prints every question's name and sentence."""
    known = questions()
    width = max(map(len, known))
    for question in known.values():
        print(f"{question.name:<{width}}  {question.sentence}")  # noqa: T201
    print("\nAsk one: pos report total_revenue --from 2026-01-01 --to 2026-01-31")  # noqa: T201


def answer_question(
    name: str, *, start: date | None, end: date | None, pos: str | None, location: str | None, as_csv: bool
) -> None:
    """Prints the answer to a question.

    Args:
        name: The question.
        start: First business date; None for 30 days in all.
        end: Last business date; None for the day before that of the last build.
        pos: The system; None for all.
        location: A store's key, id or name; None for all.
        as_csv: Every row as CSV, instead of the first rows as a table.

    Raises:
        QuestionError: There is no such question, system or store, or the range ends before it begins.
        QueryError: DuckDB cannot run the query.
    """
    question = chosen_question(name)
    with published(Settings.from_environment()) as warehouse:
        built = as_of_date(warehouse)
        last = end or day_before(built)
        first = start or last - timedelta(days=DAYS_SHOWN - 1)
        if first > last:
            raise QuestionError(f"The range ends before it begins: from {first} to {last}.")
        asked = Asked(first, last, *chosen_stores(warehouse, pos, location), built)
        try:
            answer = ask(warehouse, question, asked)
            header = [column[0] for column in answer.description or []]
            if as_csv:
                has_rows = write_csv(answer, header)
                say = output(sys.stderr).print
                say(heading(question, asked))
            else:
                say = output(sys.stdout).print
                say(f"{question.sentence} {question.answers}\n{heading(question, asked)}")
                has_rows = write_answer(answer, header, question.bars)
            if not has_rows:
                say(f"{question.empty} {known_days(warehouse)}")
        except duckdb.Error as error:
            raise QueryError(" ".join(str(error).split())) from None


def chosen_question(name: str) -> Question:
    """The question of a name.

    Raises:
        QuestionError: There is none.
    """
    known = questions()
    question = known.get(name.replace("-", "_"))
    if question is None:
        raise QuestionError(f"There is no question {name}; choose one of {', '.join(known)}.")
    return question


def ask(warehouse: duckdb.DuckDBPyConnection, question: Question, asked: Asked) -> duckdb.DuckDBPyConnection:
    """Runs a question's query."""
    for name, value in asked.variables.items():
        warehouse.execute(f"set variable {name} = ?", [value])
    return warehouse.execute(question.sql(tables_of(warehouse)))


def tables_of(warehouse: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What dbt's names are called in the published file."""
    rows = warehouse.execute(
        "select table_name, table_schema from information_schema.tables where list_contains(?, table_schema)",
        [list(SCHEMAS)],
    ).fetchall()
    return {table: f'"{schema}"."{table}"' for table, schema in rows}


def as_of_date(warehouse: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the file was built for; sales of earlier business dates are known. None without sales."""
    ((day,),) = warehouse.execute(
        "select coalesce((select max(as_of_date) from marts.recommendation_inputs),"
        " (select max(business_date) + 1 from marts.daily_revenue))"
    ).fetchall()
    return cast("date | None", day)


def day_before(built: date | None) -> date:
    """The last day that was over at the last build.

    Raises:
        QuestionError: There are no sales, so that no day can be told.
    """
    if built is None:
        raise QuestionError("The published warehouse holds no sales yet: name a range with --from and --to.")
    return built - timedelta(days=1)


def chosen_stores(
    warehouse: duckdb.DuckDBPyConnection, pos: str | None, location: str | None
) -> tuple[str | None, str | None]:
    """The system and the location_key that a person means.

    Raises:
        QuestionError: There is none, or several stores are called like this.
    """
    stores = warehouse.execute(
        "select pos, location_key, location_id, native_id, name from unified.locations order by all"
    ).fetchall()
    systems = sorted({store[0] for store in stores})
    if pos is not None and pos not in systems:
        raise QuestionError(f"There is no system {pos} in the warehouse; choose one of {', '.join(systems)}.")
    if location is None:
        return pos, None
    of_system = [store for store in stores if pos in {None, store[0]}]
    meant = [
        store for store in of_system if location.casefold() in {str(each).casefold() for each in store[1:]}
    ]
    if not meant:
        raise QuestionError(f"There is no store {location}; choose one of {called(of_system)}.")
    keys = {key for _, key, *_ in meant}
    if len(keys) > 1:
        raise QuestionError(f"Several stores are called {location}; choose one of {called(meant)}.")
    return pos, keys.pop()


def called(stores: Sequence[tuple[str | None, ...]]) -> str:
    """Stores by their ids, with their names."""
    return ", ".join(
        f"{identifier} ({name})" if name else str(identifier) for _, _, identifier, _, name in stores
    )


def heading(question: Question, asked: Asked) -> str:
    """What the answer is about."""
    if question.asks("first_day", "on_asked_days"):
        return f"{asked}.{unfinished_day(asked.start, asked)}"
    if question.asks("last_day"):
        return f"{asked.end}, {asked.stores}.{unfinished_day(asked.end, asked)}"
    return f"As of the last build, whatever the range; {asked.stores}."


def unfinished_day(first: date, asked: Asked) -> str:
    """That the day of the last build is not whole, where the answer holds it."""
    if asked.built is None or not first <= asked.built <= asked.end:
        return ""
    return f" {asked.built} was not over at the last build."


def known_days(warehouse: duckdb.DuckDBPyConnection) -> str:
    """The days of which the published file holds sales, for people."""
    query = "select min(business_date), max(business_date) from marts.daily_revenue"
    ((first, last),) = warehouse.execute(query).fetchall()
    return (
        f"The warehouse holds sales from {first} to {last}." if first else "The warehouse holds no sales yet."
    )


def write_answer(answer: duckdb.DuckDBPyConnection, header: list[str], bars: str | None) -> bool:
    """Writes the first rows as a table for people.

    Returns:
        Whether there are any.
    """
    rows, more = fetched(answer)
    if not rows:
        return False
    cells = [[shown(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows]
    right = {
        name
        for name, column in zip(header, zip(*rows, strict=True), strict=False)
        if any(map(is_number, column))
    }
    if bars:
        with_bars = [[*row, bar] for row, bar in zip(cells, drawn(header, rows, bars), strict=True)]
        # figures in one table say more than bars
        if fits([*header, ""], with_bars):
            header, cells = [*header, ""], with_bars
    write_cells(header, cells, right=right, more=more, has_csv=True)
    return True


def is_number(cell: object) -> bool:
    """Tells whether a cell is a figure."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def shown(name: str, cell: object) -> str:
    """A cell for people."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return format(cell, next((form for end, form in PER_CENT.items() if name.endswith(end)), ",.2f"))
    if isinstance(cell, Decimal):
        return f"{cell.normalize():,f}" if name.startswith(QUANTITIES) else f"{cell:,.2f}"
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return text(cell)


def drawn(header: Sequence[str], rows: Sequence[Sequence[Any]], column: str) -> Iterator[str]:
    """A bar for each row, as long as its figure is beside the largest of the same currency."""
    place = header.index(column)
    kind = header.index("currency") if "currency" in header else None
    largest: dict[object, float] = {}
    for row in rows:
        group = None if kind is None else row[kind]
        largest[group] = max(largest.get(group, 0.0), float(row[place] or 0))
    for row in rows:
        most = largest[None if kind is None else row[kind]]
        yield bar(float(row[place] or 0) / most if most else 0.0)


def bar(share: float) -> str:
    """A bar of block characters; nothing for less than nothing."""
    whole, eighths = divmod(round(max(share, 0.0) * BAR_CELLS * 8), 8)
    return ("█" * whole + EIGHTHS[eighths]).rstrip()
