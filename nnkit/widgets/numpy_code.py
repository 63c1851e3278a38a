"""A number of the gradient as NumPy code that you can paste and run beside `params`, X and y.

Where the network has a function that is not one of nnkit's, its place is marked, and the learner's own belongs there.

The lines that all numbers share are written once for a network; the last one differs, with the letters {0}, {1} for the
place of the number and {n} for an example.
"""

from __future__ import annotations

from ..functions import LOSSES, Loss
from ..mistakes.form import fused
from ..network import Network

VALUES = {
    "identity": "{z}",
    "sigmoid": "1 / (1 + np.exp(-{z}))",
    "tanh": "np.tanh({z})",
    "relu": "np.maximum({z}, 0)",
    "softmax": "np.exp({z} - {z}.max(axis=1, keepdims=True))\n{a} /= {a}.sum(axis=1, keepdims=True)",
}
SLOPES = {
    "identity": "{slope}",
    "sigmoid": "{slope} * {a} * (1 - {a})",
    "tanh": "{slope} * (1 - {a}**2)",
    "relu": "{slope} * ({z} > 0)",
    "softmax": "{a} * ({slope} - ({slope} * {a}).sum(axis=1, keepdims=True))",
}
LOSS_SLOPES = {
    "half_squared_error": "{a} - y",
    "squared_error": "2 * ({a} - y)",
    "binary_cross_entropy": "({a} - y) / ({a} * (1 - {a}))",
    "cross_entropy": "-y / {a}",
}


def code_of(net: Network) -> dict[str, object]:
    """The lines that all numbers share, and for each kind of number the expression that gives it.

    {"lines": str, "example": {"W": ..., "b": ..., "z": ..., "a": ...}, "batch": the same}; l, i and j of a number stand
    in braces, as in "a{below}[:, {i}] * delta{l}[:, {j}]".
    """
    last = net.n_layers
    lines = ["import numpy as np", "", "a0 = np.asarray(X, dtype=float)"]
    for l in range(1, last + 1):
        bias = f' + params["b{l}"]' if f"b{l}" in net.params else ""
        name = net.activation(l).name
        value = VALUES.get(name, f"f({{z}})  # your {name}").format(z=f"z{l}", a=f"a{l}")
        lines += [f'z{l} = a{l - 1} @ params["W{l}"]{bias}', f"a{l} = {value}"]
    lines.append(f"slope{last} = {_loss_slope(net.loss_function).format(a=f'a{last}')}")
    for l in range(last, 0, -1):
        name = net.activation(l).name
        template = SLOPES.get(name, f"{{slope}} * df({{z}})  # the slope of {name}")
        slope = template.format(slope=f"slope{l}", a=f"a{l}", z=f"z{l}")
        if l == last and _cancels(net):
            slope = f"a{l} - y  # slope{l} times the slope of a{l}, which have cancelled on paper"
        lines += [f"delta{l} = {slope}", f'slope{l - 1} = delta{l} @ params["W{l}"].T']
    total = "sum" if net.loss_function.example_weight(2) == 1 else "mean"
    return {
        "lines": "\n".join(lines),
        "batch": {
            "W": f"np.{total}(a{{below}}[:, {{i}}] * delta{{l}}[:, {{j}}])",
            "b": f"np.{total}(delta{{l}}[:, {{i}}])",
            "z": f"np.{total}(delta{{l}}[:, {{i}}])",
            "a": f"np.{total}(slope{{l}}[:, {{i}}])",
        },
        "example": {
            "W": "a{below}[{n}, {i}] * delta{l}[{n}, {j}]",
            "b": "delta{l}[{n}, {i}]",
            "z": "delta{l}[{n}, {i}]",
            "a": "slope{l}[{n}, {i}]",
        },
    }


def _cancels(net: Network) -> bool:
    """True for a cross-entropy after its own activation: the product of the two slopes divides 0 by 0 where a is 1."""
    return fused(net) and net.activations[-1].name in net.loss_function.from_z


def _loss_slope(loss: Loss) -> str:
    """The slope of a loss of nnkit as code; for another one the place where the learner's own belongs."""
    name = loss.name.removesuffix("_sum")
    if loss.name in LOSSES and LOSSES[loss.name].slope is loss.slope:
        return LOSS_SLOPES[name]
    return f"loss_slope({{a}}, y)  # the slope of your loss, {name.replace('_', ' ')}"
