"""The evaluation of a province on Spark, for a cluster or for all cores of this machine.

    spark-submit --master spark://HOST:7077 evaluate_province.py hdfs://…/province hdfs://…/results 2015 2024
    python evaluate_province.py samples/province /tmp/results 2022 2024          # this machine, without a cluster

Nothing has to be installed on the executors: no Python function runs there.
"""

import sys
from pathlib import Path

from workload.frame import evaluate_frames
from workload.frame.engines import scan, spark_session, write

TABLES = {
    "activities": "工作记录",
    "teachers": "教师",
    "titles": "职称",
    "appointments": "聘期",
    "evaluations": "年度考核",
}


def main(province: str, results: str, first: str, last: str) -> int:
    """Write totals and the three-year test; stop where the records have faults."""
    session = spark_session()  # that of spark-submit, where there is one
    ending = ""  # a cluster has each table as a folder of Parquet files
    if "://" not in province:
        ending = ".csv"
        Path(results).mkdir(parents=True, exist_ok=True)
    tables = {
        name: scan(f"{province}/{table}{'' if name == 'activities' else ending}", "spark")
        for name, table in TABLES.items()
    }
    found = evaluate_frames(tables, range(int(first), int(last) + 1))
    if faults := found.faults.head(20):
        print(*faults, sep="\n")
        return 2
    write(found.totals, f"{results}/totals.parquet", ["college", "teacher_id", "year"])
    write(found.experience, f"{results}/experience.parquet", ["college", "teacher_id"])
    session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
