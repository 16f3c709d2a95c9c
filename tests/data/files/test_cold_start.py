"""Reading prices and events does not import pandas, which takes longer than to read most files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

READ = """
import sys
from pathlib import Path
from data.files.events import read_event_table
from data.files.prices import read_prices
folder = Path(sys.argv[1])
read_prices(folder)
read_event_table(folder / "long.parquet")
read_event_table(folder / "AAA.csv.txt")
print("pandas" in sys.modules)
"""


def test_text_and_parquet_are_read_without_pandas(tmp_path: Path) -> None:
    days = pd.to_datetime(["2024-01-29", "2024-01-30"]).tz_localize("UTC")
    pd.DataFrame({"symbol": ["B", None], "date": days, "close": [1.0, None]}).iloc[:1].to_parquet(
        tmp_path / "long.parquet"
    )
    (tmp_path / "AAA.csv").write_text("Date,Close\n29/01/2024,1.5\n30/01/2024,\n")
    (tmp_path / "AAA.csv.txt").write_text("symbol,date,close\nC,2024-01-29 16:30,$1\n")
    said = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False"]
