"""The engines under test: frames of each from the same columns, and the rows of a frame of any.

Integers of a pandas frame with nulls are floats there; here they are integers again, or the test fails.
"""

import os
import shutil
from datetime import date, time
from functools import cache

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest

TYPES = {str: pl.String, int: pl.Int64, bool: pl.Boolean, float: pl.Float64, date: pl.Date, time: pl.Time}
WITH_JAVA = pytest.mark.skipif(
    shutil.which("java") is None and os.environ.get("WORKLOAD_HOSTS") != "required", reason="there is no Java"
)
EMBEDDED = ["polars", "polars eager", "pandas", "pandas on arrow", "duckdb"]
SPARK = pytest.param("pyspark", marks=WITH_JAVA)


def native(engine, columns, rows):
    """A frame of the engine; ``columns`` is name -> type, ``rows`` are tuples in that order."""
    frame = pl.DataFrame(rows, {name: TYPES[kind] for name, kind in columns.items()}, orient="row")
    if engine == "polars":
        return frame.lazy()
    if engine == "pyspark":
        return spark().createDataFrame(frame.to_arrow())
    if engine == "duckdb":
        return database().from_arrow(frame.to_arrow())
    if engine == "pyarrow":
        return frame.to_arrow()
    if engine.startswith("pandas"):
        return frame.to_pandas(use_pyarrow_extension_array=engine == "pandas on arrow")
    return frame


@cache
def database():
    """A database of its own: whoever brings relations has seldom made them on the default connection."""
    return duckdb.connect()


@cache
def spark():
    """One session for all tests, as small as it gets."""
    from pyspark.sql import SparkSession

    # Of some thousand rows most of the time goes into plans, into code for them, and into noting what line made what.
    few = {
        "spark.driver.memory": "3g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.constraintPropagation.enabled": "false",
        "spark.python.sql.dataFrameDebugging.enabled": "false",
    }
    session = SparkSession.builder.master("local[2]").appName("tests").config(map=few).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def rows_of(frame):
    """The rows of a Narwhals frame, as dicts; whatever an engine has for nothing is ``None``."""
    collected = frame.collect("pyarrow") if frame.implementation.is_pyspark() else frame.collect()
    schema = dict(frame.collect_schema())
    return [
        {name: _value(value, schema[name]) for name, value in zip(collected.columns, row, strict=True)}
        for row in collected.iter_rows()
    ]


def _value(value, kind):
    if pd.isna(value):
        return None
    if kind == nw.String or isinstance(value, bool):
        return value
    assert value == int(value)
    return int(value)
