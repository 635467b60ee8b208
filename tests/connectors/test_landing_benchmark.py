"""The benchmark's two ways bring the same rows."""

from benchmarks.landing import compare


def test_the_projector_brings_the_same_rows_and_sums_as_dlts_nested_path() -> None:
    measured = compare(3000, full=True)
    assert measured["projected"].figures == measured["nested"].figures
    assert measured["projected"].figures["orders"][0] == 3000
    assert measured["projected"].figures["order_lines"][0] == 8550
