"""Views as LaTeX: tables between the rules of booktabs, what stands under them, whom to cite.

A citation in a text, such as ``Patell (1976)``, becomes a command if its work is in `references.bib`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from dashboard.views import cells, words
from dashboard.views.content import Block, Chart, Exhibit, Note, Prose, View
from dashboard.views.tables import PROBABILITY, Column, P, Table

BIBLIOGRAPHY = Path(__file__).with_name("references.bib")
OWN = "aftershock"  # key of the entry of a study's prices, and name of the bibliography
LONGEST = 40  # letters of a cell beyond which its column may break lines
STARS = ((0.01, 3), (0.05, 2), (0.1, 1))
SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "[": r"{[}", "]": r"{]}", words.MINUS: r"$-$",
    words.SPACE: "~",
    "\u202f": r"\,", words.DASH: "--", "\u2014": "---", "×": r"$\times$", "·": r"$\cdot$", "²": r"$^2$",
    "≥": r"$\geq$", "≤": r"$\leq$", "±": r"$\pm$", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}",
    "α": r"$\alpha$", "β": r"$\beta$", "σ": r"$\sigma$", "✓": "yes", "✕": "no",
}  # fmt: skip
HEAD = r"""% Compile twice with pdflatex, with bibtex in between; or copy what you need. Tables need booktabs.
\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage[margin=20mm]{geometry}
\usepackage{textcomp,booktabs,natbib}
"""


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
    else:
        told = (f"{name}: {value}." for name, value in view.design if name not in ("Event", "View"))
        made = table(content, content.key, [*told, words.credit(view.credit)])
    return f"% needs \\usepackage{{booktabs,natbib}}\n{made}\n"


def table(found: Table, key: str, notes: Iterable[str] = (), stars: bool = False) -> str:
    """A table that floats, with its caption above and its notes below."""
    told = " ".join(map(_cited, filter(None, notes)))
    stars = stars and any(_pvalues(column, found) for column in found.columns)
    told += " $^{*}p<0.10$, $^{**}p<0.05$, $^{***}p<0.01$." if stars else ""
    rows = zip(*(list(_column(column, found, stars)) for column in found.columns), strict=True)
    head = " & ".join(escaped(column.name) for column in found.columns)
    body = "\n".join(_row(row) for row in rows)
    return (
        f"\\begin{{table}}[htbp]\n\\centering\n\\caption{{{_cited(found.title)}}}\n\\label{{tab:{_label(key)}}}\n"
        f"\\small\n\\setlength{{\\tabcolsep}}{{4pt}}\n\\begin{{tabular}}{{@{{}}{_spec(found)}@{{}}}}\n"
        f"\\toprule\n{head} \\\\\n\\midrule\n{body}\n\\bottomrule\n\\end{{tabular}}\n"
        f"\\par\\smallskip\\parbox{{\\linewidth}}{{\\footnotesize {told}}}\n\\end{{table}}"
    )


def _label(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def escaped(text: str) -> str:
    """Text in which nothing is a command."""
    return "".join(SPECIAL.get(letter, letter) for letter in text)


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


def _spec(found: Table) -> str:
    """How the columns of a table are set: numbers to the right, long texts in lines."""
    return "".join("r" if column.aligned_right else _words(column) for column in found.columns)


def _words(column: Column) -> str:
    longest = max((len(cells.text(value)) for value in column.values), default=0)
    return r"p{0.3\linewidth}" if longest > LONGEST else "l"


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
