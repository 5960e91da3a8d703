"""Tables in, records out: sheets and CSV files, their headers, their cells, and all of their faults at once."""

from workload.tables.read import read_center
from workload.tables.write import write_template

__all__ = ["read_center", "write_template"]
