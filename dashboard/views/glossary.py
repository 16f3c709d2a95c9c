"""Words that not every reader knows, each with a sentence that explains it.

A page explains a word where it first appears in each of its parts.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word of the field.

    Parameters
    ----------
    key : str
        Stable name.
    forms : str
        How it is written, in small letters, the forms divided by ``|``; a final s may follow each.
    sentence : str
        What it means.
    anchor : str
        The section of *Method* that says more.
    """

    key: str
    forms: str
    sentence: str
    anchor: str


TERMS = (
    Term(
        "abnormal-return",
        "abnormal return|abnormal",
        "What a share moved beyond what its model expects of it on such a day.",
        "abnormal-return-return",
    ),
    Term(
        "car",
        "cumulative abnormal return|CAR",
        "The abnormal returns of several sessions, added up.",
        "notation-and-conventions",
    ),
    Term(
        "day-zero",
        "day 0",
        "The first session of an exchange that closes after the news was known.",
        "notation-and-conventions",
    ),
    Term(
        "benchmark",
        "benchmark",
        "The index that stands for the whole market when a share's ordinary move is worked out.",
        "market-model-market_model",
    ),
    Term(
        "market-model",
        "market model",
        "It expects a share to move with its benchmark, as strongly as it did before the event.",
        "market-model-market_model",
    ),
    Term(
        "estimation-window",
        "estimation window|estimation",
        "The sessions before the event from which the model learns what is ordinary.",
        "notation-and-conventions",
    ),
    Term(
        "event-window",
        "event window",
        "The sessions around the news that are looked at.",
        "notation-and-conventions",
    ),
    Term(
        "interval",
        "95 % interval",
        "A range made so that it holds the true value 19 times out of 20, if the model is right.",
        "notation-and-conventions",
    ),
    Term(
        "p-value",
        "p value",
        "How often chance alone would go at least as far if the event had no effect.",
        "tests",
    ),
    Term(
        "placebo",
        "placebo",
        "The same study made on earlier dates on which nothing in particular happened, to see how often "
        "they look as unusual.",
        "placebo-inference",
    ),
    Term(
        "conformal",
        "conformal",
        "It asks how often the same returns in another order would put as large a move on the event days.",
        "placebo-inference",
    ),
    Term(
        "sample-quantile",
        "sample quantile",
        "The rank of the event's abnormal return among those of the estimation window.",
        "placebo-inference",
    ),
    Term(
        "max-t",
        "max-T|Holm",
        "A p value made larger because several firms were looked at: one may stand out by chance.",
        "placebo-inference",
    ),
    Term(
        "hac",
        "HAC|Newey-West",
        "Standard errors that stay right when restless days come in runs or days are related.",
        "regression-and-diagnostics",
    ),
    Term(
        "alpha",
        "alpha",
        "The share's own drift per session, when the benchmark does not move.",
        "market-model-market_model",
    ),
    Term(
        "beta",
        "beta",
        "How strongly a share moves with its benchmark: 2 means twice as much.",
        "market-model-market_model",
    ),
    Term(
        "sigma",
        "sigma",
        "The size of an ordinary surprise: the standard deviation of what the model did not explain.",
        "notation-and-conventions",
    ),
    Term(
        "residual",
        "residual",
        "What is left of a return of the estimation window after the model has explained what it can.",
        "notation-and-conventions",
    ),
    Term(
        "contaminated",
        "contaminated",
        "A benchmark that moved through the same news, and so explains part of the effect away.",
        "decomposition",
    ),
    Term(
        "specification",
        "specification",
        "One study with one set of choices: model, benchmark, windows and so on.",
        "specification-curve",
    ),
    Term(
        "minimum-effect",
        "minimum detectable effect",
        "The smallest true move that the test would find four times out of five.",
        "tests",
    ),
    Term(
        "volatility",
        "volatility",
        "How much prices go up and down from day to day.",
        "volatility-clustering-arch_effects",
    ),
    Term(
        "confounding",
        "confounding news",
        "Other news of the same days, which may have moved the price too.",
        "confounding-news-confounders",
    ),
    Term(
        "synthetic-control",
        "synthetic control",
        "A mix of other shares that moved as this one did before the event: what it would have done without.",
        "synthetic-control-synthetic",
    ),
    Term(
        "donor",
        "donor",
        "A share that the news did not touch, of which a synthetic control is mixed.",
        "synthetic-control-synthetic",
    ),
    Term(
        "standard-error",
        "standard error",
        "How far an estimate is off by chance, as a rule.",
        "regression-and-diagnostics",
    ),
    Term(
        "r-squared",
        "R²",
        "The part of a share's ups and downs before the event that the model explains: 1 is all, 0 is none.",
        "regression-and-diagnostics",
    ),
    Term(
        "degrees-of-freedom",
        "degrees of freedom",
        "The sessions of the estimation window less what the model estimates from them.",
        "notation-and-conventions",
    ),
    Term(
        "significant",
        "significant",
        "Farther from zero than chance alone would go in one case of 20, if the test can be trusted.",
        "tests",
    ),
    Term(
        "portfolio-t",
        "portfolio t",
        "A test that takes all firms as one portfolio, so that firms that move together count once.",
        "portfolio-t-portfolio",
    ),
)
BY_KEY = {term.key: term for term in TERMS}
