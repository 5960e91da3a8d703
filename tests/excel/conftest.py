"""The Excel tests run under the default settings, whatever the developer's own are."""

import os
from pathlib import Path

for variable in ("WORKLOAD_RULES", "WORKLOAD_LANG"):
    os.environ.pop(variable, None)
os.environ["WORKLOAD_SETTINGS"] = str(Path(__file__).parent / "no-settings.toml")

collect_ignore = ["wine/client.py"]  # it runs in a Windows Python
