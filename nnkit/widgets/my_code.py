"""Your own code in the inspector: the network that it computes, your numbers beside the right ones.

The doctor finds out which network your loss is and which mistake makes your numbers. Where a replaced term makes them,
it is planted in the diagram, so that each wrong factor is marked where it enters. Where nothing explains them, the
diagram is right, and your numbers stand beside its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from ..backprop import BackwardPass, backward
from ..doctor import Diagnosis, diagnose
from ..functions import Array, Loss
from ..mistakes import RIGHT, Mistake
from ..network import Network
from ..recipe import Recipe
from ..recognise import Reading
from ..recognise.activations import SoftmaxOver
from ..text import number, place, text_table
from .answers import answer
from .inspector import MOST_EXAMPLES, Inspector
from .state import BUDGET, Recording, record, size_of_row

YOURS = "your_mistake"
MOST_LISTED = 24  # entries of one parameter in the text form; the wrong ones come first
CLOSE = 1e-6
UNKNOWN = (
    "No network was recognised behind your loss, so there is none to draw. Write the loss as a feed-forward network of "
    "one to four layers, without dropout or normalisation between them. Or build the network with "
    "nn.Network.from_params and open it with nn.widgets.inspect."
)


class MyCode(Inspector):
    """The widget that `inspect_my_code` makes: an inspector that knows your names and your numbers.

    mine: the diagnosis in words, your gradient and the right one, and which entry each number of the diagram is.
    planted: the row with your mistake in it, so that it is shown without a question to the kernel.
    """

    mine = traitlets.Dict(read_only=True).tag(sync=True)
    planted = traitlets.Bytes(read_only=True).tag(sync=True)

    def __init__(self, diagnosis: Diagnosis, recording: Recording, *, select: str) -> None:
        super().__init__(recording, select=select, example=None)
        self.diagnosis = diagnosis
        self._recipe = recording.own[0].recipe() if recording.own else recording.recipe
        self.set_trait("mine", _mine(diagnosis))
        if recording.own:
            question = {"what": "rows", "at": 0, "changes": [], "mistake": YOURS, "layer": None}
            found, rows = answer(recording, question)
            self.set_trait("planted", rows)
            self.set_trait("start", {**self.start, "mistake": YOURS, "answer": found})

    def table(self, select: str | None = None, *, step: int | None = None) -> str:
        """The diagnosis and your numbers beside the right ones as text; with `select`, the terms of one number too.

        select: a name as in the diagram, "W1[0,2]"; your own name for it stands in the answer.
        """
        if select is None:
            return "\n\n".join([self.diagnosis.summary, *self.mine["lines"], *map(_listed, self.mine["params"])])
        name, group, index = self._known(select)
        return f"{self._in_your_words(name, group, index)}\n\n{super().table(select, step=step)}"

    def _back(self, step: int | None) -> BackwardPass:
        """With your mistake in it, where it could be planted."""
        return replace(self._recording, recipe=self._recipe).back(self._at(step))

    def _in_your_words(self, name: str, group: str, index: tuple[int, ...]) -> str:
        if group not in self.mine["where"]:
            return f"{name} is a unit, no parameter."
        shape = self._recording.nets[0].params[group].shape
        owner, entry = self.mine["where"][group][int(np.ravel_multi_index(index, shape))]
        param = self.mine["params"][owner]
        yours, right = (_written(param[side][entry]) for side in ("yours", "right"))
        minus = "minus " if group in self.mine["minus"] else ""
        return f"{name} is {minus}your {_entry_name(param, entry)}. Your slope is {yours}, the right one {right}."

    def _title(self) -> str:
        return f"Your code as {self._recording.nets[0]!r}"


@dataclass(frozen=True)
class _Yours(Mistake):
    """The learner's own mistake, as a recipe."""

    made: Recipe = RIGHT

    def recipe(self, layer: int | None = None) -> Recipe:
        """The recipe that makes the learner's numbers."""
        return self.made


def inspect_my_code(
    loss: Any, grad: Any, params: Any, X: Any, y: Any, *, select: str = "W1[0,0]"
) -> MyCode | Diagnosis:
    """The inspector on your own code: the network that your loss computes, with your numbers beside the right ones.

    loss: loss(params, X, y) -> float. grad: grad(params, X, y) -> dict with the names and shapes of params.
    params: a dict of arrays, any names, any layout. X, y: a batch in any layout; at most 32 examples are drawn.
    select: what is open at first, by its name in the diagram.
    Where there is no network to draw, the answer is the doctor's `Diagnosis`, with a note on what to do.
    """
    diagnosis = diagnose(loss, grad, params, X, y)
    reading = diagnosis.reading
    if diagnosis.failure:
        return diagnosis
    if reading is None:
        return _noted(diagnosis, UNKNOWN)
    net, forward = reading.forward(_theta(params))
    odd = "every label" in net.loss_function.name or any(isinstance(a, SoftmaxOver) for a in net.activations)
    if odd:
        return _noted(diagnosis, "In your loss the examples depend on one another, so no single example can be drawn.")
    drawn = _per_example(net, reading, forward)
    n = min(len(reading.y), MOST_EXAMPLES)
    while n and size_of_row(drawn, reading.view.X[:n], reading.y[:n], numeric=False, history=False) > BUDGET:
        n //= 2
    if not n:
        return _noted(diagnosis, "Your network is too large for a page. Make its layers smaller: the mistake stays.")
    recording = record(drawn, reading.view.X[:n], reading.y[:n], RIGHT)
    if diagnosis.recipe is not None and _explains(diagnosis, reading, drawn):
        recording = replace(recording, own=(_own(diagnosis),))
    notes = [] if n == len(reading.y) else [f"The diagram shows the first {n} of your {len(reading.y)} examples."]
    if reading.penalty.coefficient:
        notes.append("The diagram shows the slope of the data. Your penalty adds its own to it, in the numbers below.")
    return MyCode(replace(diagnosis, notes=(*diagnosis.notes, *notes)), recording, select=select)


def _noted(diagnosis: Diagnosis, note: str) -> Diagnosis:
    return replace(diagnosis, notes=(*diagnosis.notes, note))


def _theta(params: Mapping[str, Any]) -> Array:
    return np.concatenate([np.ravel(np.asarray(value, dtype=np.float64)) for value in params.values()])


def _per_example(net: Network, reading: Reading, forward: Any) -> Network:
    """The network with a loss that counts each example as the learner's loss does: the mean, or a sum with a factor."""
    weight, n = reading.weight_of_example(net, forward), len(reading.y)
    named = reading.network.loss_function
    if np.isclose(weight * n, 1, rtol=1e-9) and named.reduction == "mean":
        return replace(net, loss_function=named)
    return replace(net, loss_function=_scaled(net.loss_function, weight))


def _scaled(loss: Loss, factor: float) -> Loss:
    if factor == 1:
        return loss
    from_z = {
        name: (lambda z, y, f=value: factor * f(z, y), lambda z, y, f=slope: factor * f(z, y))
        for name, (value, slope) in loss.from_z.items()
    }
    return replace(
        loss,
        value=lambda a, y: factor * loss.value(a, y),
        slope=lambda a, y: factor * loss.slope(a, y),
        from_z=from_z,
    )


def _explains(diagnosis: Diagnosis, reading: Reading, net: Network) -> bool:
    """The recipe makes the learner's numbers, and its factors multiply to them: each can be shown where it enters."""
    assert diagnosis.recipe is not None
    yours = np.concatenate([np.ravel(g) for g in diagnosis.yours.values()])
    theta = np.concatenate([reading.layout.sign(name) * net.params[name].ravel() for name in reading.layout.at])
    full = np.zeros_like(yours)
    full[np.concatenate([at.ravel() for at in reading.layout.at.values()])] = theta
    back = backward(net, reading.view.X, reading.y, recipe=diagnosis.recipe)
    made = reading.lay_out(back.grads, yours.size) + reading.penalty.slope(full)
    known = ~np.isnan(yours)
    if np.linalg.norm((made - yours)[known]) > CLOSE * np.linalg.norm(yours[known]):
        return False
    ends = [(name, at) for name, g in back.grads.items() for at in {(0,) * g.ndim, tuple(s - 1 for s in g.shape)}]
    return all(
        np.isclose(back.terms(name, at).value, back.grads[name][at], rtol=CLOSE, atol=1e-12) for name, at in ends
    )


def _own(diagnosis: Diagnosis) -> _Yours:
    first = diagnosis.findings[0]
    assert diagnosis.recipe is not None
    says = "The mistake of your code is planted."
    return _Yours(YOURS, "", says, first.remedy, first.taught_in, lambda *_: None, made=diagnosis.recipe)


# --- the learner's numbers as JSON -----------------------------------------------------------------------------------


def _mine(diagnosis: Diagnosis) -> dict[str, Any]:
    assert diagnosis.reading is not None
    params: list[dict[str, Any]] = [
        {
            "name": str(name),
            "shape": list(np.shape(yours)),
            "wrong": name in diagnosis.wrong,
            "yours": _numbers(yours),
            "right": _numbers(diagnosis.should_be[name]),
        }
        for name, yours in diagnosis.yours.items()
    ]
    owners = np.concatenate([np.full(len(param["yours"]), i) for i, param in enumerate(params)])
    entries = np.concatenate([np.arange(len(param["yours"])) for param in params])
    where = {
        group: np.stack([owners[at.ravel()], entries[at.ravel()]], axis=1).tolist()
        for group, at in diagnosis.reading.layout.at.items()
    }
    lines = [*map(str, diagnosis.findings), *diagnosis.notes, f"Your loss is that of {diagnosis.recognised}."]
    minus = [group for group in where if diagnosis.reading.layout.sign(group) < 0]
    return {"summary": diagnosis.summary, "lines": lines, "params": params, "where": where, "minus": minus}


def _numbers(array: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in np.ravel(array)]


def _written(value: float | None) -> str:
    return "–" if value is None else number(value)


def _entry_name(param: Mapping[str, Any], entry: int) -> str:
    index = np.unravel_index(entry, param["shape"]) if param["shape"] else ()
    return f"{param['name']}{place([int(i) for i in index])}"


def _listed(param: Mapping[str, Any]) -> str:
    """Your numbers of one parameter beside the right ones, the wrong ones first where there are many."""
    pairs = list(zip(param["yours"], param["right"]))
    off = [None not in pair and not np.isclose(*pair, rtol=CLOSE, atol=1e-12) for pair in pairs]
    shown = sorted(sorted(range(len(pairs)), key=lambda i: not off[i])[:MOST_LISTED])
    rows = [
        [
            _entry_name(param, i),
            *map(_written, pairs[i]),
            number(pairs[i][0] / pairs[i][1]) if off[i] and pairs[i][1] else "",
            "differs" if off[i] else "",
        ]
        for i in shown
    ]
    more = f"\n… and {len(pairs) - len(shown)} more." if len(shown) < len(pairs) else ""
    return text_table(rows, (str(param["name"]), "yours", "right", "yours / right", "")) + more
