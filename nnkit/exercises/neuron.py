"""The known mistakes of sigmoid neurons under ½ (a - y)², for any exercise that builds its answer from their delta.

`build(delta)` makes the wrong answer from a wrong delta(z, a, y), (N, K). Notebooks 01 and 06 share them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .engine import Function, Mistake

Delta = Callable[[Any, Any, Any], Any]


def sigmoid(z: Any) -> Any:
    """σ(z), elementwise."""
    return 1 / (1 + np.exp(-z))


def right_delta(z: Any, a: Any, y: Any) -> Any:
    """Loss slope times activation slope, (N, K)."""
    return (a - y) * a * (1 - a)


COSTS = (
    np.sum,
    np.mean,
    lambda squares: 0.5 * np.sum(squares),
    lambda squares: 0.5 * np.mean(squares),
    lambda squares: np.sum(squares) / len(squares),
    lambda squares: 0.5 * np.sum(squares) / len(squares),
)


def _times_cost(cost: Any) -> Delta:
    return lambda z, a, y: cost((a - y) ** 2) * right_delta(z, a, y)


def _slope(a: Any) -> Any:
    return a * (1 - a)


_SLOPE, _LOSS = "activation slope", "loss slope"
_KEEPS_SIGN = "The slope of ½ (a - y)² is a - y, which keeps its sign."
_DELTAS: tuple[tuple[Delta, str, str], ...] = (
    (lambda z, a, y: a - y, _SLOPE, "it is missing. Between a and z there is the factor σ′(z) = a (1 - a)."),
    (
        lambda z, a, y: (a - y) * _slope(sigmoid(a)),
        _SLOPE,
        "it is taken at a, as if a were z: the sigmoid was applied twice.",
    ),
    (lambda z, a, y: (a - y) * _slope(z), _SLOPE, "the formula a (1 - a) was given z in place of a."),
    (lambda z, a, y: (a - y) * a * (1 + a), _SLOPE, "its second factor is 1 - a, not 1 + a."),
    (lambda z, a, y: (a - y) * (1 - a**2), _SLOPE, "1 - a² is that of tanh. The sigmoid's is a (1 - a)."),
    (lambda z, a, y: (a - y) * a, _SLOPE, "it is a alone; the factor 1 - a is missing."),
    (lambda z, a, y: (a - y) * (1 - a), _SLOPE, "the factor a of a (1 - a) is missing."),
    (
        lambda z, a, y: (a - y) * _slope(y - a),
        _SLOPE,
        "it is taken at the error y - a, not at the prediction.",
    ),
    (
        lambda z, a, y: (a - y) * _slope(a - y),
        _SLOPE,
        "it is taken at the error a - y, not at the prediction.",
    ),
    (lambda z, a, y: (a - y) ** 2 * _slope(a), _LOSS, f"it is the squared error itself. {_KEEPS_SIGN}"),
    (lambda z, a, y: 0.5 * (a - y) ** 2 * _slope(a), _LOSS, f"it is the loss itself. {_KEEPS_SIGN}"),
    (
        lambda z, a, y: (a - y) ** 2,
        _LOSS,
        "it is the squared error itself, and the activation slope is missing as well.",
    ),
    (
        lambda z, a, y: 2 * (a - y) ** 4 * _slope(a),
        _LOSS,
        "it is the cost times its own derivative: the slope of the square with respect to the square. Take it with "
        "respect to the prediction: a - y.",
    ),
    (lambda z, a, y: np.abs(a - y) * _slope(a), _LOSS, "its sign is lost. It is a - y, not the size of it."),
    (lambda z, a, y: 2 * right_delta(z, a, y), _LOSS, "it is twice too large. The ½ in ½ (a - y)² cancels the 2."),
    (lambda z, a, y: a * _slope(a), _LOSS, "the label y was not subtracted."),
    (lambda z, a, y: _slope(a) + 0 * y, _LOSS, "it is missing. What stands here is the activation slope alone."),
)
_TIMES_COST = "it is multiplied by the cost. The slope alone starts the backward pass."


def neuron_mistakes(build: Callable[[Delta], Function], *, several_outputs: bool = False) -> tuple[Mistake, ...]:
    """Each of them in the exercise whose answer is build(right_delta).

    With one output the last two of the costs are the same as others before them.
    """
    costs = COSTS if several_outputs else COSTS[:4]
    return (
        *(Mistake(build(delta), term, message) for delta, term, message in _DELTAS),
        *(Mistake(build(_times_cost(cost)), _LOSS, _TIMES_COST) for cost in costs),
    )


def step_mistakes(answer: Callable[..., Any], start: str, *, several: bool = False) -> tuple[Mistake, ...]:
    """What is given back in place of the parameters after one step, for an answer(..., start, ..., learning_rate, ...).

    several: the answer returns more than the new parameters, and they come first.
    """
    import inspect

    names = tuple(inspect.signature(answer).parameters)

    def instead(make: Callable[[Any, Any, Any], Any]) -> Function:
        def variant(*case: Any) -> Any:
            given = dict(zip(names, case))
            result = answer(*case)
            new = result[0] if several else result
            other = make(given[start], given[start] - new, given["learning_rate"])
            return (other, *result[1:]) if several else other

        return variant

    return (
        Mistake(instead(lambda at, step, rate: at - step / rate), "step", "the learning rate is missing."),
        Mistake(instead(lambda at, step, rate: step / rate), "step", f"you return the gradient, not the new {start}."),
        *(
            Mistake(instead(turn), "step", f"you return the step alone. The new {start} is the old one minus the step.")
            for turn in (lambda at, step, rate: step, lambda at, step, rate: -step)
        ),
    )
