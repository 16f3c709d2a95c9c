"""Plotly is cut down to what is drawn, and to nothing less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs

import dashboard
from dashboard.render.packed import TRACES
from tools.slim import UnknownBundleError, slim

BUNDLE = r"""/* notice */
(function(root, factory){root.Plotly = factory()}(self, () => {
"use strict";var Plotly=(()=>{var W=(e,t)=>()=>(t||e((t={exports:{}}).exports,t),t.exports),list=setUp();
function drawn(x){return x/2>1?"}{":/[/}]{2}/.test(x)}function round(x){return`${x}}${"{"}`}
var names={};fill(names,{round:()=>round});function fill(a,b){}var only={};fill(only,{drawn:()=>drawn});
var bars=W((a,b)=>{b.exports={drawn,moduleType:"trace",name:"bar"}}),bar=W((a,b)=>{b.exports=bars()});
var pies=W((a,b)=>{b.exports={of:names,moduleType:"trace",name:"pie"}}),pie=W((a,b)=>{b.exports=pies()});
var lines=W((a,b)=>{b.exports={moduleType:"trace",name:"scatter"}});
var core=W((a,b)=>{b.exports={register(){},first:lines()}});
var all=W((a,b)=>{var c=core();c.register([bar(),pie()]);b.exports=c});return all()})();
return Plotly}));
/*! licence of a part */
"""


def names(traces: tuple[str, ...]) -> set[str]:
    """Which of the made-up bundle's names are declared in what is left of it."""
    left = slim(BUNDLE.encode(), traces).decode()
    some = ("bar", "bars", "pie", "pies", "lines", "core", "names", "only", "list")
    return {name for name in some if f"var {name}=" in left} | {
        name for name in ("drawn", "round", "fill") if f"function {name}(" in left
    }


def test_what_no_wanted_trace_type_leads_to_is_gone() -> None:
    always = {"lines", "core", "list"}
    assert names(("bar", "scatter")) == always | {"bar", "bars", "drawn"}
    assert names(("pie",)) == always | {"pie", "pies", "names", "round", "fill"}


def test_licence_notices_stay() -> None:
    left = slim(BUNDLE.encode())
    assert left.startswith(b"/* notice */")
    assert left.endswith(b"/*! licence of a part */\n")


@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        ("var {", "not JavaScript"),
        ("alert(1)", "no function"),
        (BUNDLE.replace("register([", "enter(["), "not registered in one place"),
        (BUNDLE.replace('"bar"', '"barrel"'), "not every trace type"),
    ],
)
def test_a_script_of_another_build_is_left_alone(bundle: str, words: str) -> None:
    with pytest.raises(UnknownBundleError, match=words):
        slim(bundle.encode())


def test_the_installed_plotly_becomes_a_quarter() -> None:
    whole = get_plotlyjs().encode()
    assert len(slim(whole)) < len(whole) / 4


def test_every_trace_type_that_is_drawn_is_kept() -> None:
    known = re.findall('moduleType:"trace",name:"([a-z0-9]+)"', get_plotlyjs())
    sources = "".join(path.read_text() for path in Path(dashboard.__file__).parent.rglob("*.py"))
    drawn = set(re.findall(r'type"?[:=] ?"(\w+)"', sources)) & set(known)
    assert drawn == set(TRACES), "change packed.TRACES, then run python -m tools.pack_scripts"
