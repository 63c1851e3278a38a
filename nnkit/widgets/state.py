"""The inspector's state: every number that it can show, computed once, as plain JSON.

Two tables hold it. `numbers` has an entry for each weight, bias and unit: the keys of its factors, the product for
every example, the batch sum, and the numeric slopes beside them. `factors` has an entry for each factor by its key,
with its value for every example and the products inside it. The browser follows the keys; it multiplies nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backprop import BackwardPass
from ..functions import Array
from ..numeric import STEP, central_difference
from ..terms import Factor, Terms

State = dict[str, Any]

ROUNDING = 64 * float(np.finfo(np.float64).eps) / STEP  # numeric slopes below this are rounding noise


def inspector_state(back: BackwardPass) -> State:
    """Everything that the inspector shows of one backward pass, as JSON."""
    net, forward = back.net, back.forward
    numeric = _numeric_slopes(back)
    factors: dict[str, State] = {}
    numbers: dict[str, State] = {}
    for name, slopes in numeric.items():
        for at in np.ndindex(slopes.shape[:-1]):
            terms = back.terms(name, at)
            _collect(terms.factors, factors)
            numbers[terms.name] = _number(back, terms, name, at, slopes[at])
    return {
        "sizes": list(net.sizes),
        "activations": [activation.name for activation in net.activations],
        "loss": {
            "name": net.loss_function.name,
            "per_example": net.loss_of(forward, back.y).tolist(),
            "batch": back.loss,
        },
        "example_weight": back.example_weight,
        "y": back.y.tolist(),
        "a": {str(l): {"per_example": a.tolist(), "mean": a.mean(axis=0).tolist()} for l, a in forward.a.items()},
        "numbers": numbers,
        "factors": factors,
    }


def relative_error(analytic: Array, numeric: Array) -> Array:
    """|analytic - numeric| over the larger of the two, elementwise; 0 where the difference is rounding noise only."""
    difference = np.abs(analytic - numeric)
    larger = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.where(larger > ROUNDING, difference / np.maximum(larger, ROUNDING), 0.0)


def _number(back: BackwardPass, terms: Terms, name: str, at: tuple[int, ...], numeric: Array) -> State:
    batch_numeric = float(back.example_weight * numeric.sum())
    value = back.net.params[name][at] if name in back.net.params else None
    return {
        "param": name,
        "index": list(at),
        "value": value,
        "factors": [factor.key for factor in terms.factors],
        "per_example": terms.per_example.tolist(),
        "batch": terms.value,
        "numeric": {"per_example": numeric.tolist(), "batch": batch_numeric},
        "relative_error": {
            "per_example": relative_error(terms.per_example, numeric).tolist(),
            "batch": float(relative_error(np.array(terms.value), np.array(batch_numeric))),
        },
    }


def _collect(product: tuple[Factor, ...], factors: dict[str, State]) -> None:
    """Put the factors of a product, and all that is inside them, into the table."""
    for factor in product:
        if factor.key in factors:
            continue
        factors[factor.key] = entry = {
            "term": factor.term,
            "layer": factor.layer,
            "index": list(factor.index),
            "values": factor.values.tolist(),
            "products": [[inner.key for inner in product] for product in factor.open()],
        }
        for inside in factor.open():
            _collect(inside, factors)
        entry["sum"] = len(entry["products"]) > 1


def _numeric_slopes(back: BackwardPass) -> dict[str, Array]:
    """dC_n/dθ for all that can be selected, by central differences: arrays of the parameter's shape + (N,).

    A bias shifts z, so the slope at z_l is that of a bias of layer l, which is added where the network has none.
    The slope at an input is that of a shift of its column.
    """
    net = back.net
    layers = range(1, net.n_layers + 1)
    params = {name: array.copy() for name, array in net.params.items()}
    for l in layers:
        params.setdefault(f"b{l}", np.zeros(net.sizes[l]))
    probe = net.with_params(params)
    shift = np.zeros(net.sizes[0])

    def losses() -> Array:
        return probe.loss_per_example(back.forward.a[0] + shift, back.y)

    slopes = {name: central_difference(losses, array) for name, array in params.items()}
    selectable = {name: slopes[name] for name in net.params}
    selectable |= {f"z{l}": slopes[f"b{l}"] for l in layers}
    return {"a0": central_difference(losses, shift)} | selectable
