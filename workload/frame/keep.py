"""What several results are made from, reckoned once: each engine keeps it in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    import narwhals as nw

    Frame = nw.LazyFrame[Any]


def kept(frame: Frame, *, is_large: bool = False) -> Frame:
    """The same frame, reckoned now: polars and DuckDB hold it in memory (DuckDB on disk, too, where it must be).

    Spark would carry the whole way to it along in every plan that begins with it. So it brings a small one here; only
    one that ``is_large`` stays with the nodes.
    """
    import narwhals as nw

    kind = frame.implementation
    if kind.is_polars():
        return frame.collect(engine="streaming").lazy()
    native = frame.to_native()
    here: Frame
    if kind.is_duckdb():
        name = f"workload_{uuid4().hex}"
        native.query("reckoned", f"CREATE TEMP TABLE {name} AS SELECT * FROM reckoned")  # noqa: S608  # a name of ours
        here = nw.from_native(native.query("reckoned", f"SELECT * FROM {name}"))  # noqa: S608
    elif kind.is_spark_like():
        here = nw.from_native(native.persist() if is_large else native.sparkSession.createDataFrame(native.toArrow()))
    else:
        here = frame.collect().lazy()
    return here


def twice(frame: Frame, *columns: str) -> Frame:
    """What stands in several rows, in these columns together and without a null: little, of many rows."""
    import narwhals as nw

    frame = frame.select(*columns).drop_nulls()
    if frame.implementation.is_polars():
        frame = _by_hash(frame)
    counted = frame.group_by(*columns).agg(nw.len().alias("times"))
    return kept(counted.filter(nw.col("times") > 1).select(*columns))


def _by_hash(frame: Frame) -> Frame:
    """The rows that may be like another: polars sorts their hashes sooner than it gathers so many groups."""
    import narwhals as nw

    rows = frame.collect(engine="streaming").to_native()
    hashes = rows.hash_rows()
    in_order = hashes.sort()
    again = in_order.filter(in_order == in_order.shift(1)).unique()
    found: Frame = nw.from_native(rows.filter(hashes.is_in(again.implode())).lazy())
    return found


def is_empty(frame: Frame) -> bool:
    """Whether it has no row."""
    import narwhals as nw

    return not frame.select(nw.len().alias("rows")).collect()["rows"][0]
