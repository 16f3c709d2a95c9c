"""Abnormal volume: a part of the reaction page, where volumes are known."""

from __future__ import annotations

import numpy as np

from analysis.market.errors import DesignError
from analysis.market.reactions import REACTIONS
from analysis.study.study import StudyResults
from dashboard.views import captions, columns, paths
from dashboard.views.case import Case
from dashboard.views.content import Chart, Message, Section
from dashboard.views.tables import TIMES
from dashboard.views.words import multiple, sentence


def section(case: Case) -> Section:
    """Volume by session against what is usual, or why it cannot be shown."""
    content: Chart | Message
    try:
        content = volume_chart(case, case.studies.volume)
    except DesignError as error:
        content = Message("No volumes to show", (sentence(str(error)),))
    return Section("volume", "How much was traded", (content,))


def volume_chart(case: Case, study: StudyResults) -> Chart:
    """A panel per firm: the session's volume as a multiple of the usual one."""
    entry = REACTIONS["volume"]
    return Chart(
        "abnormal-volume",
        "multiples",
        "Volume of each firm by session, as a multiple of its usual volume.",
        paths.bar_panels(
            case,
            study,
            "Volume, times the usual",
            np.exp,
            lambda value: f"{multiple(value)} the usual on day 0",
            TIMES,
        ),
        captions.caption(
            f"{entry.explanation} The band holds 95 % of ordinary sessions. {left_out(case, study)} "
            f"{captions.few(case, study=study)}",
            f"{captions.modelled(case, study)} {entry.reference}.",
            captions.credit(case, study.symbols),
        ),
        paths.path_table(
            case,
            study.abnormal_returns.apply(np.exp),
            "Volume as a multiple of the usual one",
            columns.multiples,
        ),
    )


def left_out(case: Case, study: StudyResults) -> str:
    """The firms whose volumes are not known, in words."""
    missing = [case.name(symbol) for symbol in case.study.symbols if symbol not in study.symbols]
    return f"Without usable volumes: {', '.join(missing)}." if missing else ""
