"""The floor: read a Parquet panel and form the matrix of returns, with numpy and pyarrow alone.

No study of the panel can be faster than this. A folder is read file by file.
"""

import sys
from pathlib import Path

import numpy as np
from pyarrow import parquet

path = Path(sys.argv[1])
for file in sorted(path.iterdir()) if path.is_dir() else [path]:
    table = parquet.read_table(file, columns=["symbol", "date", "adj_close"]).combine_chunks()
    symbol, date = (table[name].combine_chunks().dictionary_encode() for name in ("symbol", "date"))
    symbols, dates = (x.dictionary.to_numpy(zero_copy_only=False) for x in (symbol, date))
    place = np.argsort(np.argsort(dates))[date.indices.to_numpy()]
    prices = np.full((len(symbols), len(dates)), np.nan)
    prices[symbol.indices.to_numpy(), place] = table["adj_close"].to_numpy()
    returns = prices[:, 1:] / prices[:, :-1] - 1
    print(len(symbols), returns.shape)
