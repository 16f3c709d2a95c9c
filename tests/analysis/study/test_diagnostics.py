from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch
from statsmodels.stats.stattools import jarque_bera

from analysis.market.bars import Floats
from analysis.market.events import TimelineEntry, Window
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.diagnostics import DIAGNOSTICS, Diagnostic, diagnose
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event, with_bars

SIZE, DAY_ZERO, EVENT = 260, 240, Window(-5, 5)
DAYS = 200
PAST = slice(DAY_ZERO - 11 - DAYS, DAY_ZERO - 11)
RNG = np.random.default_rng(4)
MKT, NOISE = RNG.normal(0, 0.01, SIZE), RNG.normal(0, 0.02, SIZE)


def study(
    returns: Floats, *timeline: TimelineEntry, model: str = "market_model", days: int = DAYS
) -> StudyResults:
    market = market_of({"MKT": MKT, "A": returns})
    event = dataclasses.replace(session_event(market, DAY_ZERO), timeline=timeline)
    design = StudyDesign(event, ("A",), None, model, EVENT, Window(-10 - days, -11))
    return event_study(design, market)


def found(key: str, results: StudyResults) -> Diagnostic:
    return {d.key: d for d in diagnose(results, "A")}[key]


QUIET = 1.5 * MKT + NOISE


def test_every_check_is_answered_in_a_sentence() -> None:
    for model in NORMAL_RETURNS:
        if {"factors", "^IXIC", "donors"} & set(NORMAL_RETURNS[model].needs):
            continue
        answers = diagnose(study(QUIET, model=model), "A")
        assert [answer.key for answer in answers] == list(DIAGNOSTICS)
        for answer in answers:
            assert answer.sentence.endswith(".")
            assert "nan" not in answer.sentence


def test_a_well_behaved_share_gives_no_warning() -> None:
    assert {d.verdict for d in diagnose(study(QUIET), "A")} == {"fine"}


def test_autocorrelation_is_the_ljung_box_test() -> None:
    related = np.convolve(NOISE, [1, 0.8], mode="same") + MKT
    results = study(related)
    known = acorr_ljungbox(results.estimation_residuals["A"], lags=[10]).iloc[0]
    answer = found("autocorrelation", results)
    assert [answer.statistic, answer.pvalue] == pytest.approx(known.tolist())
    assert answer.verdict == "warning"


def test_volatility_clustering_is_the_arch_lm_test() -> None:
    waves = MKT + NOISE * np.exp(np.sin(np.arange(SIZE) / 10))
    results = study(waves)
    known = het_arch(results.estimation_residuals["A"], nlags=5, result_object=True)
    answer = found("arch_effects", results)
    assert (answer.statistic, answer.pvalue) == pytest.approx((known.lm, known.lmpval))
    assert answer.verdict == "warning"


def test_normality_is_the_jarque_bera_test_and_never_more_than_a_note() -> None:
    results = study(MKT + np.random.default_rng(1).standard_t(3, SIZE) * 0.01)
    answer = found("normality", results)
    assert (answer.statistic, answer.pvalue) == pytest.approx(
        jarque_bera(results.estimation_residuals["A"])[:2]
    )
    assert answer.verdict == "note"


def test_stability_of_beta_is_chows_test_at_the_middle() -> None:
    changed = np.where(np.arange(SIZE) < PAST.start + DAYS // 2, 0.5, 2.5) * MKT + NOISE
    answer = found("beta_stability", study(changed))
    x = sm.add_constant(MKT[PAST])
    late = (np.arange(DAYS) >= DAYS // 2)[:, None]
    whole = sm.OLS(changed[PAST], x).fit()
    halves = sm.OLS(changed[PAST], np.hstack([x, late * x])).fit()
    statistic, pvalue, _ = halves.compare_f_test(whole)
    assert (answer.statistic, answer.pvalue) == pytest.approx((statistic, pvalue))
    assert answer.verdict == "warning"


def test_a_model_without_parameters_has_nothing_that_could_change() -> None:
    answer = found("beta_stability", study(QUIET, model="market_adjusted"))
    assert (answer.statistic, answer.verdict) == (None, "fine")


@pytest.mark.parametrize(("jump", "verdict"), [(0.15, "note"), (0.4, "warning")])
def test_an_earlier_jump_is_dated_and_weighed(jump: float, verdict: str) -> None:
    jumped = QUIET.copy()
    jumped[DAY_ZERO - 60] += jump
    answer = found("earlier_jumps", study(jumped))
    assert (answer.statistic, answer.verdict) == (1, verdict)
    assert "2020-09-10" in answer.sentence
    assert found("earlier_jumps", study(QUIET)).statistic == 0


@pytest.mark.parametrize(("still", "verdict"), [(0, "fine"), (10, "note"), (60, "warning")])
def test_thin_trading_counts_days_without_a_change(still: int, verdict: str) -> None:
    thin = QUIET.copy()
    thin[PAST][:still] = 0.0
    answer = found("thin_trading", study(thin))
    assert answer.statistic == pytest.approx(still / DAYS)
    assert answer.verdict == verdict


def test_missing_sessions_are_thin_trading_too() -> None:
    gaps = QUIET.copy()
    gaps[DAY_ZERO - 40 :: -20] = np.nan
    assert "% of the sessions have no return" in found("thin_trading", study(gaps)).sentence


def entry(days: int, label: str, *symbols: str, kind: str = "confounder") -> TimelineEntry:
    session = study(QUIET).event_sessions["A"]
    return TimelineEntry(session + dt.timedelta(days), label, kind, symbols)  # type: ignore[arg-type]


def test_confounders_of_the_firm_or_the_market_are_listed_by_day() -> None:
    entries = (
        entry(1, "its results", "A"),
        entry(2, "another firm's results", "B"),
        entry(3, "a rate decision on a Saturday"),
        entry(-20, "too early"),
        entry(30, "too late"),
        entry(0, "the event", kind="event"),
    )
    answer = found("confounders", study(QUIET, *entries))
    assert answer.sentence == (
        "Other reasons to move inside the event window: day +1, its results; "
        "day +3, a rate decision on a Saturday. Read windows that leave these days out, such as day 0 alone."
    )
    assert (answer.statistic, answer.verdict) == (2, "warning")


def test_a_market_wide_confounder_is_a_note() -> None:
    assert found("confounders", study(QUIET, entry(1, "a rate decision"))).verdict == "note"


def test_a_short_window_says_that_it_is_too_short() -> None:
    answers = diagnose(study(QUIET, days=7), "A")
    assert [d.key for d in answers if "7 days are too few" in d.sentence] == [
        "autocorrelation",
        "arch_effects",
        "normality",
        "beta_stability",
    ]


def test_runs_of_large_moves_are_answered_by_what_to_do() -> None:
    calm, rough = 0.2 * NOISE, 3 * NOISE
    results = study(np.where(np.arange(SIZE) // 30 % 2 == 0, calm, rough))
    assert "use the placebo rank by recent volatility" in found("arch_effects", results).sentence


def test_a_garch_fit_on_the_boundary_is_named_among_the_diagnostics(monkeypatch: pytest.MonkeyPatch) -> None:
    results = study(np.where(np.arange(SIZE) // 30 % 2 == 0, 0.2 * NOISE, 3 * NOISE), model="garch")
    monkeypatch.setattr("analysis.study.checks.on_boundary", lambda arch, garch: "the fit lies on it")
    said = found("arch_effects", results).sentence
    assert "the fit lies on it; use the market model" in said


def test_a_fit_on_the_boundary_is_named_where_moves_come_in_no_runs_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results = study(QUIET, model="garch")
    monkeypatch.setattr("analysis.study.checks.on_boundary", lambda arch, garch: None)
    assert found("arch_effects", results).verdict == "fine"
    monkeypatch.setattr("analysis.study.checks.on_boundary", lambda arch, garch: "the fit lies on it")
    answer = found("arch_effects", results)
    assert answer.verdict == "note"
    assert "the fit lies on it; use the market model" in answer.sentence


ADVICE = ("use ", "try ", "see ", "compare ", "choose ", "read ", "the model ")


def unsound() -> list[Diagnostic]:
    """Answers of firms with whom something is the matter, one of each check at least."""
    jumped, thin, related = QUIET.copy(), QUIET.copy(), np.convolve(NOISE, [1, 0.8], mode="same") + MKT
    jumped[DAY_ZERO - 60] += 0.4
    thin[PAST][:60] = 0.0
    changed = np.where(np.arange(SIZE) < PAST.start + DAYS // 2, 0.5, 2.5) * MKT + NOISE
    waves = MKT + NOISE * np.exp(np.sin(np.arange(SIZE) / 10))
    studies = [study(returns) for returns in (jumped, thin, related, changed, waves)]
    studies += [study(QUIET, entry(day, "news")) for day in (0, 2)] + [study(QUIET, days=7)]
    return [one for results in studies for one in diagnose(results, "A") if one.verdict != "fine"]


def test_every_check_that_fails_says_what_to_do() -> None:
    found = unsound()
    assert {one.key for one in found} == set(DIAGNOSTICS)
    assert [one.sentence for one in found if not any(word in one.sentence.lower() for word in ADVICE)] == []


def test_what_is_said_of_volumes_is_about_volumes() -> None:
    rng, market = np.random.default_rng(1), market_of({"MKT": MKT, "A": QUIET})
    volume = np.exp(10 + np.repeat(rng.normal(0, 1, SIZE // 5 + 1), 5)[: SIZE + 1])
    volume[100:130], volume[DAY_ZERO - 60] = 0, 1e9
    histories = dict(market.histories)
    histories["A"] = with_bars(histories["A"], histories["A"].bars.assign(volume=volume))
    event = session_event(market, DAY_ZERO)
    design = StudyDesign(
        event, ("A",), None, "constant_mean", EVENT, Window(-10 - DAYS, -11), reaction="volume"
    )
    said = {
        d.key: d.sentence
        for d in diagnose(event_study(design, dataclasses.replace(market, histories=histories)), "A")
    }
    assert "mean volume" in said["beta_stability"]
    assert "choose an estimation window with fewer such sessions" in said["thin_trading"]
    assert "1 day before the event" in said["earlier_jumps"]
    assert " %)" not in said["earlier_jumps"]
    assert not any(word in " ".join(said.values()) for word in ("return", "Dimson", "GARCH", "specification"))
