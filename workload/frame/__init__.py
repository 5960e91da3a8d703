"""The evaluation of a province: the same rules on data frames, and on an existing engine.

>>> import polars as pl
>>> from workload.frame import evaluate_frames
>>> teachers = pl.DataFrame({"工号": ["T01"], "类别": ["兼职"], "职称": ["讲师"]})
>>> work = pl.DataFrame({"工号": ["T01"], "日期": ["2024-03-05"], "类别": ["咨询值班"], "分钟": [1710]})
>>> found = evaluate_frames({"teachers": teachers, "activities": work})
>>> found.scales["counseling"], found.totals["counseling"][0], found.totals["counseling_verdict"][0]
(45, 1710, 'met')
"""

from __future__ import annotations

from workload.frame.evaluation import FrameEvaluation, evaluate_frames

__all__ = ["FrameEvaluation", "evaluate_frames"]
