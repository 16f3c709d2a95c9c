"""Make the formulas of docs/methodology.md as MathML: dashboard/render/formulas.json.

``python -m tools.formulas``, after a formula has changed; a test says so. Pages then need no converter.
"""

from __future__ import annotations

import json

from latex2mathml.converter import convert

from dashboard.render.prose import FORMULAS, formulas
from dashboard.views.method import METHODOLOGY


def made() -> dict[str, str]:
    """MathML by LaTeX, in alphabetical order."""
    found = dict(formulas(METHODOLOGY.read_text(encoding="utf-8")))
    return {latex: convert(latex, display="block" if found[latex] else "inline") for latex in sorted(found)}


def main() -> None:
    """Write the file."""
    FORMULAS.write_text(json.dumps(made(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
