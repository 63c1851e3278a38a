"""The inspector: click a weight, a bias or a unit and see the exact product of terms behind its gradient."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import traitlets

from ..backprop import BackwardPass
from ..errors import sentence
from ..functions import Array
from ..history import History
from ..network import Network, a_network
from ..recipe import Recipe, a_recipe
from ..text import number, place
from .answers import answer
from .bundle import bundle, styles
from .shell import Shell
from .slopes import numeric_slope, relative_error, selectable
from .state import BUDGET, Recording, record, record_history, size_of_row

AGREES_BELOW = 1e-4  # looser than a gradient check: one number alone may be small beside its rounding noise
MOST_EXAMPLES = 32


class Inspector(Shell):
    """The widget that `inspect` makes. It holds every number that looking needs; clicking asks the kernel nothing.

    rows: the numbers, a row of float64 for each recorded step, laid out as state["arrays"] says.
    asked, answer, answered: what changes numbers, a slider or a planted mistake, is one question and one answer.
    """

    _esm = bundle("inspector.mjs")
    _css = styles("theme.css", "inspector.css")

    state = traitlets.Dict(read_only=True).tag(sync=True)
    start = traitlets.Dict(read_only=True).tag(sync=True)
    rows = traitlets.Bytes(read_only=True).tag(sync=True)
    asked = traitlets.Dict().tag(sync=True, echo_update=False)  # the browser knows what it asked
    answer = traitlets.Dict(read_only=True).tag(sync=True)
    answered = traitlets.Bytes(read_only=True).tag(sync=True)

    def __init__(self, recording: Recording, *, select: str, example: int | None) -> None:
        super().__init__()
        self._recording = recording
        self.set_trait("state", recording.state())
        self.set_trait("rows", recording.rows.tobytes())
        self.set_trait("start", {"select": self._known(select)[0], "example": example})

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        question = change["new"]
        found, rows = answer(self._recording, question)
        with self.hold_sync():  # both in one message
            self.set_trait("answered", rows)
            self.set_trait("answer", found | {"view": question.get("view"), "id": question.get("id")})

    def table(self, select: str | None = None, *, step: int | None = None) -> str:
        """What the panel says about one number, as text: the terms, example by example, and the numeric slope.

        select: a name as in the diagram, "W1[0,2]", "b1[2]", "z1[2]" or "a0[1]"; None for what is open at first.
        step: one of the recorded steps of a history; None for the last.
        """
        _, group, index = self._known(select or self.start["select"])
        back = self._back(step)
        terms = back.terms(group, index)
        numeric = numeric_slope(back.net, self._recording.X, self._recording.y, group, index)
        slope = back.net.loss_function.example_weight(len(numeric)) * numeric.sum()
        agrees = relative_error(np.array(terms.value), np.array(slope)) < AGREES_BELOW
        verdict = "agrees" if agrees else f"DISAGREES: it is {number(slope)}"
        return f"{terms}\nThe central difference {verdict}."

    def _back(self, step: int | None) -> BackwardPass:
        """The backward pass that the text form is of."""
        return self._recording.back(self._at(step))

    def _at(self, step: int | None) -> int:
        steps = self._recording.steps
        if step is None:
            return len(self._recording.rows) - 1
        if steps is None or step not in steps:
            known = "None: one network has no steps" if steps is None else "one of state['history']['steps']"
            raise ValueError(sentence("table", "step", f"is {step!r}", known, "Not every step is recorded."))
        return list(steps).index(step)

    def _known(self, select: Any) -> tuple[str, str, tuple[int, ...]]:
        """A name without spaces, its group and its index; ValueError when there is no such number."""
        name = re.sub(r"\s", "", str(select))
        net = self._recording.nets[0]
        groups = selectable(net)
        group, _, rest = name.partition("[")
        inside = rest.removesuffix("]").split(",") if rest else []
        index = tuple(int(i) for i in inside if i.isdecimal())
        shape = groups.get(group)
        if (
            shape is None
            or len(index) != len(shape)
            or group + place(index) != name
            or any(map(int.__ge__, index, shape))
        ):
            last = f"z{net.n_layers}[{net.sizes[-1] - 1}]"
            raise ValueError(
                sentence(
                    "inspect",
                    "select",
                    f"is {select!r}",
                    f'a name from the diagram such as "W1[0,0]" or "{last}"',
                    f"This is {net!r}; layers count from 1, units from 0.",
                )
            )
        return name, group, index

    def _title(self) -> str:
        recording = self._recording
        of = f"Inspector of {recording.nets[0]!r}, {len(recording.y)} examples"
        if recording.steps is None:
            return of
        return f"{of}, {len(recording.steps)} recorded steps, shown at step {recording.steps[-1]}"


def inspect(
    net: Network | History,
    X: object = None,
    y: object = None,
    *,
    select: str = "W1[0,0]",
    example: int | None = None,
    recipe: Recipe = Recipe(),
) -> Inspector:
    """A diagram of the network in which every weight, bias and unit can be opened into the terms of its gradient.

    net: a Network, or the History of a training to scrub through, step by recorded step. X: (N, D), at most 32
    examples. y: (N, K). A History has its own X and y; give others to look at some examples only.
    select: what is open at first, for example "W1[0,2]". example: the row of X that is shown at first; None shows the
    batch sum. recipe: a mistake that is planted, see `nnkit.mistakes.plant`; the finite differences stay those of the
    true loss.
    Raises ShapeError or ValueError for X or y that do not fit, and for more numbers than a page can hold.
    """
    history = net if isinstance(net, History) else None
    network = a_network(
        "inspect", net if history is None else history.network, "a History of training it will do, too."
    )
    if history is not None and X is None and y is None:
        X, y = history.X, history.y
    a_recipe("inspect", recipe)
    inputs = network.forward(X).a[0]
    labels = network.check_labels("inspect", y, len(inputs))
    _check_room(network, inputs, labels, history)
    shown = _check_example(example, len(labels))
    recording = record_history(history, inputs, labels, recipe) if history else record(network, inputs, labels, recipe)
    return Inspector(recording, select=select, example=shown)


# --- the door --------------------------------------------------------------------------------------------------------


def _check_room(net: Network, X: Array, y: Array, history: History | None) -> None:
    if len(y) > MOST_EXAMPLES:
        raise ValueError(
            sentence(
                "inspect",
                "X",
                f"has {len(y)} examples",
                f"at most {MOST_EXAMPLES}",
                f"Look at some of them: inspect({'history' if history else 'net'}, "
                f"X[:{MOST_EXAMPLES}], y[:{MOST_EXAMPLES}]).",
            )
        )
    size = size_of_row(net, X, y, numeric=False, history=history is not None)
    if size > BUDGET:
        one = size_of_row(net, X[:1], y[:1], numeric=False, history=history is not None)
        each = (size - one) // max(len(y) - 1, 1)
        fitting = 1 + (BUDGET - one) // max(each, 1)
        raise ValueError(
            sentence(
                "inspect",
                "net" if fitting < 1 else "X",
                f"makes {size // 1000} kB of terms with {len(y)} example{'s' * (len(y) > 1)}",
                f"at most {BUDGET // 1000} kB",
                f"Look at {fitting} of the examples."
                if fitting >= 1
                else "nn.backward(...).terms(...) opens any weight of any network as a table.",
            )
        )


def _check_example(example: Any, n_examples: int) -> int | None:
    whole = isinstance(example, int | np.integer) and not isinstance(example, bool)
    if example is None:
        return None
    if not (whole and 0 <= example < n_examples):
        raise ValueError(
            sentence(
                "inspect",
                "example",
                f"is {example!r}",
                f"None or a row of X, 0 to {n_examples - 1}",
                "Examples count from 0.",
            )
        )
    return int(example)
