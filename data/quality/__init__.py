"""What is wrong with daily bars, in plain words.

`rules`, `moves` and `whole` hold each rule once, on the columns of many instruments. `judge` applies
them to what any source gave, before a study; `checks` applies them to fetched bars of one symbol, with
the clock, dividends, splits and the last snapshot beside them, before they replace earlier ones.
"""
