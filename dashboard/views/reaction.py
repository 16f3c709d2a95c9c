"""Reaction: abnormal returns session by session, added up, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.choices.decomposition import decomposition, remarks
from analysis.market.events import DAY_ZERO, Window
from analysis.models.distributions import CONFIDENCE
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.views import captions, columns, paths, regression, volume, words
from dashboard.views.case import Case
from dashboard.views.choices import reads_benchmark, reads_donors
from dashboard.views.content import Chart, Message, Note, Panel, Row, Section, Series, View
from dashboard.views.tables import Column, P, Table, floats
from dashboard.views.words import sentence, span

PATH = "/reaction"
TITLE = "Reaction"
CONTROLS: tuple[str, ...] = ("symbols", "model", "donors", "benchmark", "window", "estimation", "car")

PARTS = {
    "alpha": ("Drift (alpha)", "drift"),
    "explained": ("Market", "market"),
    "abnormal": ("Abnormal", "abnormal"),
}
PARAMETERS = {
    "alpha": "Alpha, per session",
    "beta": "Beta",
    "sigma": "Sigma, per session",
    "rsquared": "R²",
    "nobs": "Sessions",
    "df_resid": "Degrees of freedom",
}


def view(case: Case) -> View:
    """The reaction over the chosen window, its path, its parts and its numbers."""
    cumulative = (_car_intro(), captions.others(case), paths.car_chart(case))
    sections = (
        Section("cumulative", "Abnormal returns added up", cumulative),
        Section("daily", "Session by session", (paths.ar_chart(case),)),
        Section("parts", "What the move is made of", (_parts_intro(case), parts_chart(case))),
        volume.section(case),
        Section("windows", "Over other windows", (windows_table(case),)),
        Section("parameters", "The model behind it", tuple(_model(case))),
    )
    return captions.page(
        case, PATH, finding(case), sections, (caution(case), excluded(case), captions.remarks(case))
    )


def finding(case: Case) -> tuple[str, str]:
    """The mean CAR over the chosen window, and how many firms stand out."""
    window = case.choices.car_window
    car = case.study.car(window)
    day = window == DAY_ZERO
    when = captions.on_day_zero(case) if day else sentence(span(window)).rstrip(".")
    alone = len(car) == 1
    firms = case.name(car.index[0]) if alone else f"the {len(car)} firms"
    average = "" if alone else ", on average"
    if reads_donors(case.choices):
        return (
            f"{when} {firms} {_beside_donors(case, alone)}{average}",
            f"{_apart(car)} {stand_out(car['pvalue'])}",
        )
    beyond = "the market" if NORMAL_RETURNS[case.design.model].needs else "what is usual"
    title = f"{when} {firms} {words.moved(car['car'].mean())} beyond {beyond}{average}"
    return title, stand_out(car["pvalue"])


def _beside_donors(case: Case, alone: bool) -> str:
    """What the firms did over the chosen window, and what mixes of their donors did."""
    split = parts(case)
    did = split.sum(axis=1)
    mixed, whose = did - split["abnormal"], "a mix of its donors" if alone else "mixes of their donors"
    return f"{words.moved(did.mean())}; {whose} {words.moved(mixed.mean())}"


def _apart(car: pd.DataFrame) -> str:
    """How far firms and mixes are apart, and whether their 95 % intervals hold zero."""
    held = int(((car["ci_low"] <= 0) & (car["ci_high"] >= 0)).sum())
    apart = words.percent(car["car"].mean(), 1)
    if len(car) > 1:
        firms = f"{held} of {len(car)} firms" if held else f"none of the {len(car)} firms"
        return f"The mean difference is {apart}; the 95 % intervals of {firms} hold zero."
    (low,), (high,) = car["ci_low"], car["ci_high"]
    return (
        f"The difference is {apart}, its 95 % interval {words.interval(low, high, 1)}"
        f"{' holds zero' if held else ' does not hold zero'}."
    )


def stand_out(pvalues: pd.Series[float]) -> str:
    """How many firms moved farther than ordinary sessions do."""
    far, usual = int((pvalues < 1 - CONFIDENCE).sum()), "on 19 of 20 ordinary occasions (the 5 % level)"
    if len(pvalues) == 1:
        return f"It {'moved' if far else 'did not move'} farther than {usual}."
    return (
        f"{far or 'None'} of {len(pvalues)} moved farther than {usual}, each judged by itself. "
        "Shares that move together on one day do not count as independent evidence."
    )


def caution(case: Case) -> Note:
    """When the chosen model misleads, in a sentence."""
    model = NORMAL_RETURNS[case.design.model]
    return Note(f"{model.label}: {model.explanation} {model.caution}", "small", "caution")


def excluded(case: Case) -> Message:
    """Firms that could not be studied, with the reason."""
    reasons = captions.reasons(case, case.excluded)
    return Message("Left out or replaced" if reasons else "", reasons, key="excluded")


def left_out(case: Case) -> Message:
    """The same without those that are shown through another."""
    shown = {symbol for symbol in case.market.instruments if case.market.traded(symbol) != symbol}
    out = {symbol: reason for symbol, reason in case.excluded.items() if symbol not in shown}
    told = (*captions.reasons(case, out), *captions.to_fetch(case, out))
    return Message("Left out" if told else "", told, key="excluded")


def _car_intro() -> Note:
    return Note(
        "An abnormal return is what a share moved beyond what its model expects. Added up over sessions "
        "it is the cumulative abnormal return, CAR."
    )


# ---- parts ---------------------------------------------------------------------------------------


def parts(case: Case) -> pd.DataFrame:
    """Returns added up over the chosen window, split into drift, market and abnormal part."""
    return decomposition(case.study, case.choices.car_window)[list(PARTS)].fillna(0.0)


def _parts_intro(case: Case) -> Note:
    return Note(
        f"The returns {span(case.choices.car_window)}, added up: the share's own drift, the part that goes "
        f"with {'a mix of its donors' if reads_donors(case.choices) else 'the market'}, and what neither "
        "explains.",
        key="parts-dek",
    )


def parts_chart(case: Case) -> Chart:
    """A bar per firm, split into its parts."""
    symbols = paths.drawn(case.study)
    split = parts(case).loc[list(symbols)]
    firms = case.names(symbols)
    called = PARTS | ({"explained": ("Donors", "market")} if reads_donors(case.choices) else {})
    window = case.choices.car_window
    named = {part: (name, role, floats(split[part])) for part, (name, role) in called.items()}
    at = tuple(range(len(symbols)))
    return Chart(
        "decomposition",
        "parts",
        f"For each firm the drift, {called['explained'][0].lower()} and abnormal part of its return.",
        (Panel(tuple(Series(name, role, at, values) for name, role, values in named.values())),),
        captions.caption(
            f"Simple returns {span(window)}. "
            f"{' '.join(sentence(remark) for remark in remarks(case.study))} "
            f"{captions.few(case)} {case.stand_ins}",
            captions.modelled(case),
            captions.credit(case),
        ),
        Table(
            "Parts of the return",
            (
                columns.texts("Firm", firms),
                *(columns.percents(name, values) for name, _, values in named.values()),
                columns.percents("Together", split.sum(axis=1)),
            ),
        ),
        marks=(
            ("drift", "drift (alpha)"),
            ("market", called["explained"][0].lower()),
            ("abnormal-bar", "abnormal"),
        ),
        rows=tuple(
            Row(
                name,
                " ".join(words.number(100 * value, 1, True) for value in values),
                symbol,
                window=str(window),
            )
            for name, symbol, values in zip(firms, symbols, split.to_numpy(), strict=True)
        ),
    )


# ---- tables --------------------------------------------------------------------------------------


def windows_table(case: Case) -> Table:
    """CAR with interval and p value, by firm and window."""
    chosen = tuple(dict.fromkeys((case.choices.car_window, *case.study.design.car_windows)))
    return Table(
        "Cumulative abnormal returns by window: 95 % interval, p value of t",
        (
            columns.texts("Firm", (*case.names(case.study.symbols), "Mean")),
            *(_window_column(case, window) for window in chosen),
        ),
        "car-windows",
    )


def _window_column(case: Case, window: Window) -> Column:
    """CARs of the firms and their mean, which has no interval here."""
    found = case.study.car(window).loc[list(case.study.symbols)]
    name = f"CAR {words.window(window)}"
    low, high, p = ((*found[key], None) for key in ("ci_low", "ci_high", "pvalue"))
    below = (
        columns.intervals(name, low, high, "interval"),
        columns.pvalues(f"{name}, p", p, P, "interval"),
    )
    return columns.percents(name, (*found["car"], found["car"].mean()), below=below)


def _model(case: Case) -> Iterator[Note | Chart | Table]:
    """How each share moved before the event."""
    beta = "beta is how strongly it went with its benchmark, " if reads_benchmark(case.choices) else ""
    yield Note(
        f"How each share moved before the event: {beta}alpha is its drift per session, sigma the size of an "
        "ordinary surprise, R² the part of its movement that the model explains."
    )
    if NORMAL_RETURNS[case.design.model].needs:
        yield regression.scatter_chart(case)
    else:
        yield Note("The model expects the same of every session: there is nothing to draw returns against.")
    yield parameters_table(case)
    yield Note(
        f"{captions.modelled(case)} {words.credit(captions.credit(case))}", "small", "parameters-source"
    )
    yield from regression.coefficients(case)


def parameters_table(case: Case) -> Table:
    """Coefficients and fit of the model, by firm."""
    table = case.study.parameters
    symbols = [str(symbol) for symbol in table.index]
    return Table(
        "Parameters, estimated before the event",
        (
            columns.texts("Firm", case.names(symbols)),
            columns.texts(
                "Benchmark", (case.study.benchmarks_read[symbol] or words.DASH for symbol in symbols)
            ),
            *(_parameter(str(name), table[name]) for name in table),
        ),
        "model-parameters",
    )


def _parameter(key: str, values: pd.Series[float]) -> Column:
    name = PARAMETERS.get(key, key)
    if key in ("alpha", "sigma"):
        return columns.percents(name, values, 3, signed=key == "alpha")
    whole = key in ("nobs", "df_resid") or pd.api.types.is_integer_dtype(values)
    return columns.numbers(name, values, 0 if whole else 3)
