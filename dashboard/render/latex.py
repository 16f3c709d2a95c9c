"""Views as LaTeX: tables between the rules of booktabs, what stands under them, whom to cite.

A citation in a text, such as ``Patell (1976)``, becomes a command if its work is in `references.bib`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from dashboard.views import cells, words
from dashboard.views.content import Block, Chart, Exhibit, Note, Prose, View
from dashboard.views.tables import PROBABILITY, Column, P, Table

BIBLIOGRAPHY = Path(__file__).with_name("references.bib")
OWN = "aftershock"  # key of the entry of a study's prices, and name of the bibliography
SIZES = ((r"\small", 10), (r"\footnotesize", 9), (r"\scriptsize", 8))  # points of an em
ROOM, GAP = 427, 8  # points of a line of 150 mm, and between two columns
TALL = 40  # lines of a table beyond which it runs over pages
ICONS = re.compile("[\u25a0-\u27bf]\\s*")  # beside words that say the same
STARS = ((0.01, 3), (0.05, 2), (0.1, 1))
SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "[": r"{[}", "]": r"{]}", words.MINUS: r"$-$",
    words.SPACE: "~",
    "\u202f": r"\,", words.DASH: "--", "\u2014": "---", "×": r"$\times$", "·": r"$\cdot$", "²": r"$^2$",
    "≥": r"$\geq$", "≤": r"$\leq$", "±": r"$\pm$", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}",
    "≈": r"$\approx$", "→": r"$\to$", "≠": r"$\neq$",
    "α": r"$\alpha$", "β": r"$\beta$", "σ": r"$\sigma$", "✓": "yes", "✕": "no",
}  # fmt: skip
HEAD = r"""% Compile twice with pdflatex, with bibtex in between; or copy what you need.
\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage[margin=20mm]{geometry}
\usepackage{textcomp,array,booktabs,longtable,natbib}
"""


FLOAT = r"""\begin{{table}}[htbp]
\centering
{name}
{size}
\setlength{{\tabcolsep}}{{4pt}}
\begin{{tabular}}{{@{{}}{spec}@{{}}}}
{top}{body}\end{{tabular}}
\par\smallskip\parbox{{\linewidth}}{{\footnotesize {told}}}
\end{{table}}"""
LONG = r"""{{{size}
\setlength{{\tabcolsep}}{{4pt}}
\begin{{longtable}}{{@{{}}{spec}@{{}}}}
{name} \\
{top}\endfirsthead
{top}\endhead
{body}\end{{longtable}}
\noindent\parbox{{\linewidth}}{{\footnotesize {told}}}\par}}"""


def document(view: View, stars: bool = False) -> str:
    """A page as a document that compiles: its tables, its texts and its bibliography."""
    parts = "\n\n".join(_part(blocks, title, stars) for title, blocks in view.parts if blocks)
    return (
        f"{HEAD}\\begin{{filecontents*}}[overwrite]{{{OWN}.bib}}\n{bibliography(view)}\\end{{filecontents*}}\n"
        f"\\begin{{document}}\n\n{parts}\n\n\\nocite{{{OWN}}}\n\\bibliographystyle{{plainnat}}\n"
        f"\\bibliography{{{OWN}}}\n\n\\end{{document}}\n"
    )


def exhibit(shown: Exhibit, view: View) -> str:
    """The table of a chart, or a table, over its caption, or over the design of its page."""
    content = shown.content
    if isinstance(content, Chart):
        made = table(content.table, content.key, [words.caption(content.caption)])
    elif content.note:
        made = table(content, content.key, [content.note])
    else:
        told = (f"{name}: {value}." for name, value in view.design if name not in ("Event", "View"))
        made = table(content, content.key, [*told, words.credit(view.credit)])
    return f"% needs \\usepackage{{array,booktabs,longtable,natbib}}\n{made}\n"


def table(found: Table, key: str, notes: Iterable[str] = (), stars: bool = False) -> str:
    """A table that floats, with its caption above and its notes below."""
    told = " ".join(map(_cited, filter(None, notes)))
    stars = stars and any(_pvalues(column, found) for column in found.columns)
    told += " $^{*}p<0.10$, $^{**}p<0.05$, $^{***}p<0.01$." if stars else ""
    made = [list(_column(column, found, stars)) for column in found.columns]
    fit = _fit([escaped(column.name) for column in found.columns], made)
    head = " & ".join(escaped(column.name) for column in found.columns)
    top = f"\\toprule\n{head} \\\\\n\\midrule\n"
    body = "\n".join(_row(row) for row in zip(*made, strict=True)) + "\n\\bottomrule\n"
    spec = "".join(map(fit.column, (column.aligned_right for column in found.columns), range(len(made))))
    name = f"\\caption{{{_cited(found.title)}}}\n\\label{{tab:{_label(key)}}}"
    if fit.lines(made) > TALL:
        return LONG.format(size=fit.size, spec=spec, name=name, top=top, body=body, told=told)
    return FLOAT.format(size=fit.size, spec=spec, name=name, top=top, body=body, told=told)


def _label(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def escaped(text: str) -> str:
    """Text in which nothing is a command."""
    return "".join(SPECIAL.get(letter, letter) for letter in ICONS.sub(_known, text))


def _known(icon: re.Match[str]) -> str:
    """Nothing of an icon that LaTeX does not know."""
    return icon[0] if icon[0][0] in SPECIAL else ""


def bibliography(view: View) -> str:
    """The works that a page cites, and the page itself with its prices, as BibTeX."""
    said = " ".join(note for _, blocks in view.parts for note in _texts(blocks))
    cited = sorted({key for _, keys in _citations(said) for key in keys})
    entries = {key: entry for found in known().values() for key, entry in found.items()}
    given = view.credit
    own = (
        f"@misc{{{OWN}, author = {{{{Aftershock}}}}, title = {{{{{escaped(view.title)}}}}}, year = "
        f"{{{given.as_of.year}}}, note = {{{escaped(words.credit(given))}}}}}"
    )
    return "\n".join([own, *(entries[key] for key in cited)]) + "\n"


@cache
def known() -> Mapping[str, Mapping[str, str]]:
    """Entries of the bibliography by the names of their authors, as texts write them, and by key."""
    found: dict[str, dict[str, str]] = {}
    for entry in BIBLIOGRAPHY.read_text(encoding="utf-8").splitlines():
        key = entry[entry.index("{") + 1 : entry.index(",")]
        found.setdefault(_names(entry), {})[key] = entry
    return found


def _names(entry: str) -> str:
    """The surnames of an entry: ``Boehmer, Musumeci & Poulsen``."""
    (authors,) = re.findall(r"author = \{(.*?)\}, title", entry)
    plain = re.sub(r'\{\\"(\w)\}', r"\1", authors).strip("{}")
    *most, last = (author.split(",")[0] for author in plain.split(" and "))
    return f"{', '.join(most)} & {last}" if most else last


def _citations(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Where a text cites works of the bibliography, and their keys."""
    names = sorted(known(), key=len, reverse=True)
    pattern = rf"({'|'.join(map(re.escape, names))}) \((\d{{4}}(?:, \d{{4}})*)\)"
    for found in re.finditer(pattern, text):
        keys = [re.sub(r"[^a-z]", "", found[1].lower()) + year for year in found[2].split(", ")]
        if set(keys) <= known()[found[1]].keys():
            yield found, keys


def _cited(text: str) -> str:
    """Text with its citations as commands, the rest escaped."""
    out, last, text = "", 0, words.typeset(text)
    for found, keys in _citations(text):
        out += escaped(text[last : found.start()]) + f"\\citet{{{','.join(keys)}}}"
        last = found.end()
    return out + escaped(text[last:])


# ---- pages ---------------------------------------------------------------------------------------


def _part(blocks: Sequence[Block], title: str, stars: bool) -> str:
    """Tables with the notes that follow them; texts where there is no table, under their heading."""
    out: list[str] = []
    tables = [(place, block) for place, block in enumerate(blocks) if isinstance(block, (Table, Chart))]
    ends = [*(place for place, _ in tables[1:]), len(blocks)]
    for (place, block), end in zip(tables, ends, strict=False):
        found = block.table if isinstance(block, Chart) else block
        out.append(table(found, block.key, _texts(blocks[place + 1 : end]), stars))
    if not tables:
        out += [f"\\section*{{{escaped(title)}}}", *map(_cited, _texts(blocks))]
    return "\n\n".join(out)


def _texts(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, (Note, Prose)) and block.text]


# ---- tables --------------------------------------------------------------------------------------


class _Fit(NamedTuple):
    """A size of letters, and in points the width of each column and what it would take in one line."""

    size: str
    em: int
    widths: list[float]
    whole: list[float]

    def column(self, right: bool, place: int) -> str:
        """How a column is set: numbers to the right, what is too wide for one line in lines."""
        if self.widths[place] >= self.whole[place]:
            return "r" if right else "l"
        ragged = r"\raggedleft" if right else r"\raggedright"
        return rf">{{{ragged}\arraybackslash}}p{{{self.widths[place] / ROOM:.3f}\linewidth}}"

    def lines(self, made: Sequence[Sequence[Sequence[str]]]) -> int:
        """How many lines a table has, about."""
        return sum(
            max(sum(self._folded(line, place) for line in cell) for place, cell in enumerate(row))
            for row in zip(*made, strict=True)
        )

    def _folded(self, text: str, place: int) -> int:
        return math.ceil(max(_ems(text), 1) * self.em / max(self.widths[place], 1))


def _fit(heads: Sequence[str], made: Sequence[Sequence[Sequence[str]]]) -> _Fit:
    """The largest letters in which no word is wider than its column, each as wide as it can be."""
    texts = [[head, *chain.from_iterable(cells_)] for head, cells_ in zip(heads, made, strict=True)]
    whole = [max(map(_ems, column)) for column in texts]
    words_ = [max(map(_ems, " ".join(column).split())) for column in texts]
    room = ROOM - GAP * (len(texts) - 1)
    size, em = next((one for one in SIZES if sum(words_) * one[1] <= room), SIZES[-1])
    widths, spare = [em * word for word in words_], room - em * sum(words_)
    order = sorted(range(len(texts)), key=lambda place: whole[place] - words_[place])
    for left, place in zip(range(len(order), 0, -1), order, strict=True):
        given = min(em * (whole[place] - words_[place]), max(spare, 0) / left)
        widths[place], spare = widths[place] + given, spare - given
    return _Fit(size, em, [round(width, 3) for width in widths], [round(em * one, 3) for one in whole])


def _ems(text: str) -> float:
    """About how wide a text is, in ems: capitals and signs are wider than small letters and digits."""
    seen = re.sub(r"\\[a-z]+|[\\{}$^]", "", text)
    return sum(0.78 if letter.isupper() or letter in "%+-mwMW*" else 0.5 for letter in seen)


def _column(column: Column, found: Table, stars: bool) -> Iterator[list[str]]:
    """The cells of a column, each with the lines that stand in it."""
    lines = column.lines
    p = _pvalues(column, found) if stars else None
    for row, value in enumerate(column.values):
        own = _cited(cells.text(value, column.unit, column.digits, column.signed))
        mark = _stars(p.values[row]) if p else ""
        below = (_cited(cells.text(c.values[row], c.unit, c.digits, c.signed)) for c in lines)
        yield [own + mark, *filter(None, below)]


def _pvalues(column: Column, found: Table) -> Column | None:
    """The p values of a column: a line of it, or for the first with lines, or of all, one of the table."""
    here = column.lines
    first = next((c for c in found.columns if c.lines), next((c for c in found.columns if c.unit), None))
    if column is first:
        here += found.columns
    return next((one for one in here if one.unit in (P, PROBABILITY)), None)


def _stars(p: object) -> str:
    count = next((many for least, many in STARS if isinstance(p, float) and p < least), 0)
    return f"$^{{{'*' * count}}}$" if count else ""


def _row(row: Sequence[Sequence[str]]) -> str:
    """A row of a table: as many lines as its tallest cell has."""
    tall = max(map(len, row))
    lines = ([cell[line] if line < len(cell) else "" for cell in row] for line in range(tall))
    return "\n".join(" & ".join(line) + r" \\" for line in lines)
