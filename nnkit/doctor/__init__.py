"""The gradient doctor: which mistake makes exactly your wrong numbers?

`diagnose(loss, grad, params, X, y)` takes your own two functions and goes about it as a person would, cheapest first:

    program      call your code on copies: does it run, does it change anything, is it the same twice?
    answer       names and shapes of what grad returns
    numeric      does the gradient agree with the loss?
    recognise    which network is that loss?                          (nnkit.recognise)
    search       which replaced term gives these very numbers?        (nnkit.mistakes)
    elsewhere    or are they right, and the gradient of something else?
    words        the findings, in sentences
    diagnosis    the answer
    clock        all this within ten seconds

`python -m nnkit.doctor my_code.py` does the same for a file that defines loss, grad, params, X and y.
"""

from __future__ import annotations

from typing import Any

from .diagnosis import Diagnosis, Finding
from .examination import Examination
from .program import Program
from .trouble import CannotRun, NotFinite
from .words import finding

__all__ = ["Diagnosis", "Finding", "diagnose"]


def diagnose(loss: Any, grad: Any, params: Any, X: Any, y: Any) -> Diagnosis:
    """Which mistake makes this gradient wrong, if it is wrong, and where it is taught.

    loss: loss(params, X, y) -> float. grad: grad(params, X, y) -> dict with the names and shapes of params.
    params: a dict of arrays, any names, any layout. X, y: a batch in any layout. Nothing of it is changed.
    A program that cannot be run gives a `Diagnosis` whose `failure` says why; nothing is raised.
    """
    try:
        return Examination(Program(loss, grad, params, X, y)).run()
    except NotFinite as trouble:
        found = finding("not_finite", trouble.params, None, str(trouble), exact=False)
        return Diagnosis(trouble.params, (), (found,), None, (), failure=str(trouble))
    except CannotRun as trouble:
        return Diagnosis((), (), (), None, (), failure=str(trouble))
