"""What Python answers when the browser asks: changed numbers, a planted mistake, a numeric slope. One round trip each.

A question is {"what": "rows" | "numeric", "at": recorded step, "changes": [...], "mistake": slug or None,
"layer": int or None}, and for "numeric" also the "group" and "index" of a number. A change is
{"group", "index", "value"}, for an input also its "example".
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..backprop import backward
from ..functions import Array
from ..mistakes import plant
from ..network import Network
from ..recipe import Recipe
from .frames import batch_of, products_of
from .slopes import numeric_slope, relative_error
from .state import Recording, curve

Answer = tuple[dict[str, Any], bytes]

PATIENCE = 2.0  # seconds that training again with a mistake may take
TRIAL = 5  # steps that are timed to find out how many fit


def answer(recording: Recording, question: Mapping[str, Any]) -> Answer:
    """What changes, as JSON, and the rows that go with it. A question that cannot be answered gets an "error"."""
    try:
        return _ANSWERS[question["what"]](recording, question)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return {"error": f"{type(error).__name__}: {error}"}, b""


def _rows(recording: Recording, question: Mapping[str, Any]) -> Answer:
    """The row of one step with the changes; with a mistake the wrong rows too, of every step when nothing changed."""
    at, changes = int(question["at"]), question["changes"]
    rows: list[Array] = []
    kinds: list[dict[str, Any]] = []
    right = recording.rows[at]
    net, X = _changed(recording, at, changes)
    if changes:
        right = recording.row(at, recipe=recording.recipe, changed=(net, X))
        rows.append(right)
        kinds.append({"kind": "right", "at": at})
    found: dict[str, Any] = {"rows": kinds}
    if question["mistake"] is not None:
        recipe = _recipe(recording, question)
        for step in [at] if changes else range(len(recording.rows)):
            rows.append(recording.row(step, recipe=recipe, changed=(net, X) if changes else None))
            kinds.append({"kind": "planted", "at": step})
        planted = rows[-1] if changes else rows[at]
        found["changed"] = _what_changed(recording, right, planted)
        if not changes:
            found["curve"] = _curve_with(recording, recipe)
    return found, b"".join(row.tobytes() for row in rows)


def _numeric(recording: Recording, question: Mapping[str, Any]) -> Answer:
    """The numeric slope of one number, for every example and the batch, and how far the gradient is from it."""
    group, index = str(question["group"]), tuple(int(i) for i in question["index"])
    net, X = _changed(recording, int(question["at"]), question["changes"])
    back = backward(net, X, recording.y, recipe=_recipe(recording, question))
    per_example = numeric_slope(net, X, recording.y, group, index)
    batch = net.loss_function.example_weight(len(per_example)) * per_example.sum()
    errors = relative_error(np.moveaxis(products_of(back)[group], 0, -1)[index], per_example)
    return {
        "name": question["name"],
        "numeric": {"per_example": per_example.tolist(), "batch": float(batch)},
        "relative_error": {
            "per_example": errors.tolist(),
            "batch": float(relative_error(batch_of(back)[group][index], np.array(batch))),
        },
    }, b""


_ANSWERS = {"rows": _rows, "numeric": _numeric}


def _changed(recording: Recording, at: int, changes: Sequence[Mapping[str, Any]]) -> tuple[Network, Array]:
    """The network and the inputs of one step with every change made."""
    params = {name: array.copy() for name, array in recording.nets[at].params.items()}
    X = recording.X.copy()
    for change in changes:
        index, value = tuple(int(i) for i in change["index"]), float(change["value"])
        if not np.isfinite(value):
            raise ValueError(f"{change['group']} cannot become {value}")
        if change["group"] == "a0":
            X[int(change["example"]), index[0]] = value
        else:
            params[change["group"]][index] = value
    return recording.nets[at].with_params(params), X


def _recipe(recording: Recording, question: Mapping[str, Any]) -> Recipe:
    if question["mistake"] is None:
        return recording.recipe
    for own in recording.own:
        if own.slug == question["mistake"]:
            return own.recipe()
    return plant(question["mistake"], layer=question["layer"])


def _what_changed(recording: Recording, right: Array, planted: Array) -> list[str]:
    """The arrays of the backward pass that differ from the right ones by more than rounding, in their order."""
    found = []
    for name in recording.layout.places:
        kind = name.partition(":")[0]
        if kind in (
            "value",
            "a",
            "mean",
            "product",
            "numeric",
            "numeric_batch",
            "error",
            "error_batch",
            "ratio",
            "update",
        ):
            continue
        one, other = recording.layout.read(right, name), recording.layout.read(planted, name)
        if not np.allclose(one, other, rtol=1e-9, atol=1e-15, equal_nan=True):
            found.append(name)
    return found


def _curve_with(recording: Recording, recipe: Recipe) -> dict[str, Any] | None:
    """The loss of the same training with the mistake in it, over as many steps as take two seconds."""
    history = recording.history
    if history is None:
        return None
    begun = time.perf_counter()
    history.again(recipe, TRIAL)
    each = (time.perf_counter() - begun) / TRIAL
    wrong = history.again(recipe, max(int(PATIENCE / each), TRIAL))
    kept = np.unique(np.linspace(0, len(wrong.steps) - 1, min(len(wrong.steps), 500)).astype(int))
    return curve(wrong, kept) | {"stopped": wrong.stopped, "complete": bool(wrong.steps[-1] == history.steps[-1])}
