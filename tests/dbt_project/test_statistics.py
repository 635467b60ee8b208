"""The macros of statistics.sql, as DuckDB works them out, against scipy and published figures."""

from typing import Any

import duckdb
import numpy as np
import pytest
from jinja2 import Environment
from scipy import integrate, optimize, stats

from tests.dbt_project.warehouse import PROJECT


def macros() -> Any:
    source = (PROJECT / "macros" / "arithmetic.sql").read_text() + (
        PROJECT / "macros" / "statistics.sql"
    ).read_text()
    return Environment(extensions=["jinja2.ext.do"]).from_string(source).module


def value(expression: str) -> float:
    return duckdb.sql(f"select cast({expression} as double)").fetchone()[0]


def loss(score: float) -> float:
    """E[(Z - score)+] of a standard normal Z, integrated."""
    return integrate.quad(lambda x: (x - score) * stats.norm.pdf(x), score, score + 40, epsabs=1e-15)[0]


def test_the_normal_score_inverts_the_normal_distribution() -> None:
    for share in (1e-9, 0.001, 0.02, 0.03, 0.2, 0.5, 0.8, 0.95, 0.975, 0.98, 0.999, 1 - 1e-9):
        assert value(macros().normal_score(repr(share))) == pytest.approx(
            stats.norm.ppf(share), rel=2e-9, abs=1e-12
        )


def test_the_score_of_a_loss_inverts_the_loss_function() -> None:
    scores = np.concatenate([np.linspace(0, 6, 121), [0.492887, 1.255582]])
    losses = ", ".join(f"({loss(score)!r})" for score in scores)
    expression = macros().score_of_loss("loss")
    found = duckdb.sql(f"select {expression} from (values {losses}) as losses (loss)").fetchall()
    assert np.abs(np.array(found)[:, 0] - scores).max() < 1e-8
    assert (value(macros().score_of_loss("0.05")), value(macros().score_of_loss("0.2"))) == pytest.approx(
        (1.255582, 0.492887), abs=1e-6
    )
    assert value(macros().score_of_loss("3.0")) == pytest.approx(0, abs=1e-8)  # met without safety stock
    assert value(macros().score_of_loss("0.0")) == pytest.approx(
        optimize.brentq(lambda k: stats.norm.pdf(k) - k * stats.norm.sf(k) - 1e-12, 5, 8), abs=1e-4
    )


@pytest.mark.parametrize(
    ("price", "cost", "salvage"), [("5", "5", "0"), ("4", "5", "0"), ("5", "2", "2"), ("5", "2", "3")]
)
def test_there_is_no_critical_ratio_where_selling_or_keeping_does_not_pay(price, cost, salvage) -> None:
    assert duckdb.sql(f"select {macros().critical_ratio(price, cost, salvage)}").fetchone() == (None,)


def test_the_newsvendor_has_its_published_level() -> None:
    ratio = value(macros().critical_ratio("0.88", "0.18", "0.00"))  # 0.70 gained, 0.18 lost
    assert 50 + 8 * value(macros().normal_score(repr(ratio))) == pytest.approx(56.603956, abs=1e-6)


def test_the_newsvendor_of_poisson_demand_has_its_published_level() -> None:
    ratio = value(macros().critical_ratio("5", "1", "0"))  # 4 gained, 1 lost
    assert stats.poisson(6).ppf(ratio) == 8
