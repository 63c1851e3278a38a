"""The cost: a loss over one prediction with its slope, sums and means side by side, and how long a step may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from ..errors import ShapeError, a_positive, as_float_array, choice, is_number, require_finite, sentence
from ..functions import LOSSES, Array
from ..text import number, text_table
from .bundle import bundle, styles
from .cost_state import MOST_LABEL, curve, curve_names, curves, descents, parabola, predictions, reductions
from .shell import Answering

PARTS = ["slope", "batch", "descent"]
MOST_ENTRIES = 64
MOST_CURVATURE = 1e12
MOST_OF_LIMIT = 10  # learning rates above ten times the limit leave the picture at once
BATCH = (np.array([[0.9], [0.2], [0.6], [0.4], [0.7]]), np.array([[1.0], [0.0], [1.0], [1.0], [0.0]]))


class Cost(Answering):
    """The widget that `cost` makes. Only a label or a rate of your own asks the kernel; all else is there already."""

    _esm = bundle("cost.mjs")
    _css = styles("theme.css", "views.css")

    start = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        a: Array,
        y: Array,
        *,
        loss: str,
        label: float,
        prediction: float,
        curvature: float,
        rate: float,
        show: str,
    ) -> None:
        super().__init__()
        self._batch = (a, y)
        self._labels = [0.0, 1.0] + [label] * (label not in (0.0, 1.0))
        self._rates = [rate]
        self.set_trait("start", {"loss": loss, "label": label, "prediction": prediction, "rate": rate, "show": show})
        self.set_trait("state", self._computed(curvature))

    def _computed(self, curvature: float) -> dict[str, Any]:
        a, y = self._batch
        return {
            "curves": curves(self._labels),
            "labels": self._labels,
            "batch": {"a": a.tolist(), "y": y.tolist(), "reductions": reductions(a, y)},
            "curvature": curvature,
            "limit": 2 / curvature,
            "parabola": parabola(curvature),
            "descents": descents(curvature, more=self._rates),
        }

    def reply(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The state with a label or a learning rate of the reader's own: {"label": 0.3} or {"rate": 0.01}."""
        label, rate, curvature = question.get("label"), question.get("rate"), self.state["curvature"]
        if is_number(label) and abs(label) <= MOST_LABEL:
            self._labels = [0.0, 1.0] + [float(label)] * (label not in (0, 1))
        if is_number(rate) and 0 < rate * curvature <= MOST_OF_LIMIT * 2:
            self._rates = [float(rate)]
        return self._computed(curvature)

    def table(self, show: str | None = None) -> str:
        """The numbers of one part as text: "slope", "batch" or "descent"; None is the part that is open at first."""
        part = choice("cost.table", "show", show or self.start["show"], PARTS)
        return {"slope": self._slope_table, "batch": self._batch_table, "descent": self._descent_table}[part]()

    def _slope_table(self) -> str:
        label, prediction = self.start["label"], self.start["prediction"]
        rows = []
        for name in curve_names():
            if 0 <= label <= 1 or not LOSSES[name].takes_probabilities:
                drawn = curve(name, label)
                i = int(np.argmin(np.abs(np.array(drawn["a"]) - prediction)))
                rows.append([name, *(number(drawn[column][i]) for column in ("a", "value", "slope", "numeric"))])
        return f"One prediction, label {number(label)}\n\n" + text_table(
            rows, ["loss", "prediction a", "loss", "slope", "central difference"]
        )

    def _batch_table(self) -> str:
        a, y = self._batch
        found = self.state["batch"]["reductions"]
        rows = [
            [
                entry["name"],
                entry["formula"],
                number(entry["value"]),
                number(entry["slope"][0][0]),
                _times(entry["factor"]),
            ]
            for entry in found
        ]
        return (
            f"{a.shape[0]} examples, {a.shape[1]} outputs; a[0,0] = {number(a[0, 0])}, y[0,0] = {number(y[0, 0])}\n\n"
            + (text_table(rows, ["loss", "formula", "C", "slope at a[0,0]", f"times {found[0]['name']}"]))
        )

    def _descent_table(self) -> str:
        curvature, limit = self.state["curvature"], self.state["limit"]
        wanted = {fraction * limit for fraction in (0.1, 0.5, 0.9, 1.0, 1.1)} | {self.start["rate"]}
        rows = [
            [*(number(value + 0) for value in _rounded(walk)), walk["verdict"]]
            for walk in self.state["descents"]
            if walk["rate"] in wanted
        ]
        head = f"½ λ x² with λ = {number(curvature)}; the limit is 2/λ = {number(limit)}"
        return f"{head}\n\n" + text_table(rows, ["learning rate", "1 - ηλ", "x after 1", "x after 5", ""])

    def _title(self) -> str:
        a, _ = self._batch
        return f"Cost: {self.start['loss']}, {a.shape[0]} examples, curvature {number(self.state['curvature'])}"


def _rounded(walk: dict[str, Any]) -> list[float]:
    """The rate, the multiplier, x after one step and after five; without what rounding leaves of a 0."""
    return [walk["rate"], *(round(value, 12) for value in (walk["multiplier"], walk["x"][1], walk["x"][5]))]


def _times(factor: float | None) -> str:
    return "no multiple" if factor is None else number(factor)


def cost(
    a: object = None,
    y: object = None,
    *,
    loss: str = "half_squared_error",
    label: float = 0.0,
    prediction: float = 0.85,
    curvature: float = 1.0,
    learning_rate: float | None = None,
    show: str = "slope",
) -> Cost:
    """A loss and its slope in three parts: over one prediction, over a batch, and along a parabola.

    a, y: predictions and labels of one batch, (N, K) each, at most 64 numbers; without them a batch of five.
    loss, label, prediction: what the first part shows at first. curvature: λ of the parabola ½ λ x² in the third part.
    learning_rate: where its slider stands at first; None is half the limit 2/λ. show: "slope", "batch" or "descent".
    Raises ShapeError or ValueError when an argument is not what it should be.
    """
    predicted, labels = _batch(a, y)
    name = choice("cost", "loss", loss, curve_names())
    if not is_number(label) or abs(label) > MOST_LABEL:
        raise ValueError(sentence("cost", "label", f"is {label!r}", "a number", "0 and 1 are the labels of a gate."))
    if LOSSES[name].takes_probabilities and not 0 <= label <= 1:
        raise ValueError(
            sentence(
                "cost",
                "label",
                f"is {label!r}",
                f"a probability in [0, 1] for {name}",
                "Squared errors take any label.",
            )
        )
    points = predictions(LOSSES[name], float(label))
    if not is_number(prediction) or not points[0] <= prediction <= points[-1]:
        raise ValueError(
            sentence(
                "cost",
                "prediction",
                f"is {prediction!r}",
                f"a number from {points[0]:g} to {points[-1]:g}",
                f"That is where {name} is drawn.",
            )
        )
    steepness = a_positive("cost", "curvature", curvature, "It is the largest eigenvalue of a Hessian.")
    if not 1 / MOST_CURVATURE <= steepness <= MOST_CURVATURE:
        wanted = f"a number from {1 / MOST_CURVATURE:g} to {MOST_CURVATURE:g}"
        raise ValueError(
            sentence("cost", "curvature", f"is {curvature!r}", wanted, "Beyond, there is nothing to draw.")
        )
    given = 1 / steepness if learning_rate is None else learning_rate
    rate = a_positive("cost", "learning_rate", given, "The minus sign of descent is already in the step.")
    if rate * steepness > 2 * MOST_OF_LIMIT:
        raise ValueError(
            sentence(
                "cost",
                "learning_rate",
                f"is {rate!r}",
                f"at most {2 * MOST_OF_LIMIT / steepness:g}, {MOST_OF_LIMIT} times the limit 2/λ",
                "Beyond, all leaves the picture at once.",
            )
        )
    part = choice("cost", "show", show, PARTS)
    return Cost(
        predicted,
        labels,
        loss=name,
        label=float(label),
        prediction=float(prediction),
        curvature=steepness,
        rate=rate,
        show=part,
    )


def _batch(a: object, y: object) -> tuple[Array, Array]:
    if a is None and y is None:
        return BATCH
    missing = "a" if a is None else "y"
    if a is None or y is None:
        raise ValueError(
            sentence(
                "cost", missing, "is missing", "given together with the other", "A batch has predictions and labels."
            )
        )
    predicted, labels = as_float_array("cost", "a", a), as_float_array("cost", "y", y)
    if predicted.ndim != 2 or not 1 <= predicted.size <= MOST_ENTRIES:
        flat = predicted.ndim == 1
        raise ShapeError(
            sentence(
                "cost", "a", f"has shape {predicted.shape}", f"(N, K) with at most {MOST_ENTRIES} numbers",
                "One output is a column: a[:, None]." if flat else "Show some rows of it: a[:8], y[:8].",
            )
        )  # fmt: skip
    if labels.shape != predicted.shape:
        raise ShapeError(
            sentence(
                "cost", "y", f"has shape {labels.shape}", f"{predicted.shape}, as a",
                "(N,) against (N, 1) would broadcast to N × N differences.",
            )
        )  # fmt: skip
    require_finite("cost", "a", predicted)
    require_finite("cost", "y", labels)
    return predicted.copy(), labels.copy()
