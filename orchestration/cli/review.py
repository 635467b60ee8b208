"""`pos review`: does following the order list pay?"""

from rich.console import Console

from orchestration.assets.backtest import HEADER, NOTHING_OLD_ENOUGH, class_rows
from orchestration.cli.query import published, write_cells
from orchestration.cli.runs import run_job
from orchestration.settings import Settings
from planning.backtest_summary import sentences


def review_policy() -> None:
    """Runs the weekly job now and prints what it found."""
    settings = Settings.from_environment()
    summary = run_job(settings, "weekly_policy_review", {})
    with published(settings) as warehouse:
        classes = warehouse.sql("from planning.policy_backtest_summary").to_arrow_table()
    console = Console(highlight=False)
    for sentence in sentences(classes) or [NOTHING_OLD_ENOUGH]:
        console.print(sentence, markup=False, soft_wrap=True)
    if classes.num_rows:
        rows = [list(row) for row in class_rows(classes.to_pylist())]
        write_cells(list(HEADER), rows, right=set(HEADER[1:]), more=False)
    console.print(
        f"Published {summary.version} in {summary.seconds:.0f} s; each item: "
        'pos sql "from planning.policy_backtest"',
        markup=False,
        soft_wrap=True,
    )
