"""The race: several optimisers from one start, their losses, their paths, and what each of them remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from ..backprop import backward
from ..door import check_inputs
from ..errors import a_count, a_generator, a_positive, sentence, short
from ..functions import Array
from ..network import Network, a_network
from ..optimisers import Optimiser, is_optimiser
from ..text import place, text_table
from ..vectors import flatten, restore
from .bundle import bundle, styles
from .race_inside import Weight
from .race_run import Course, Run, run_all
from .race_slice import slice_of
from .race_state import race_state
from .shell import Shell

MOST_OPTIMISERS = 8
MOST_STEPS = 100_000
MOST_WEIGHTS = 32
NOTHING = 1e-12
FINISH = 100  # the finish line lies at the threshold divided by this


class Race(Shell):
    """The widget that `race` makes. The runs are over when it appears; it asks the kernel nothing."""

    _esm = bundle("race.mjs")
    _css = styles("theme.css", "views.css")

    state = traitlets.Dict(read_only=True).tag(sync=True)
    numbers = traitlets.Bytes(read_only=True).tag(sync=True)
    start = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, course: Course, runs: list[Run], threshold: float) -> None:
        super().__init__()
        self._net, self._runs = course.net, runs
        best = best_of(runs, threshold)

        def loss(vector: Array) -> float:
            return course.net.with_params(restore(vector, course.net.params)).loss(course.X, course.y)

        plane = slice_of([run.path for run in runs], best, loss)
        state, numbers = race_state(course.net, runs, course.weights, plane, threshold)
        self.set_trait("state", state)
        self.set_trait("numbers", numbers)
        self.set_trait("start", {"threshold": threshold, "weight": state["weights"][0]})

    @property
    def histories(self) -> dict[str, Any]:
        """{name: History}, with the loss at every step and the trained network."""
        return {run.name: run.history for run in self._runs}

    def table(self, weight: str | None = None) -> str:
        """How each run went, and what each optimiser holds of one weight at the end.

        weight: a name such as "W1[0,0]"; None is the one that is open at first. Raises ValueError for another name.
        """
        names = self.state["weights"]
        chosen = weight or self.start["weight"]
        if chosen not in names:
            raise ValueError(
                sentence("race.table", "weight", f"is {weight!r}", "one of " + ", ".join(map(repr, names)))
            )
        threshold, column = self.start["threshold"], names.index(chosen)
        rows = []
        for run in self._runs:
            step = run.history.first_step_below(threshold)
            last = int(run.stops[-1])
            rows.append(
                [run.name, _few(run.losses[0]), _few(run.losses[-1]), str(last), "never" if step is None else str(step)]
            )
        text = text_table(rows, ["optimiser", "loss at the start", "at the end", "steps", f"below {threshold:g}"])
        ended = [run for run in self._runs if run.history.stopped and run.finished is None]
        stopped = "".join(f"\n{run.name}: {run.history.stopped}" for run in ended)
        return f"{text}{stopped}\n\n{self._insides(chosen, column)}"

    def _insides(self, weight: str, column: int) -> str:
        lines = [f"{weight}, after the last step:"]
        for run in self._runs:
            held = ", ".join(f"{quantity} {_few(values[-1, column])}" for quantity, values in run.inside.items())
            lines.append(f"  {run.name}: {held}")
        return "\n".join(lines)

    def _title(self) -> str:
        return f"Race of {len(self._runs)} optimisers on {self._net!r}"


def _few(value: float) -> str:
    """Three significant digits, and 0 for next to nothing: what thousands of steps repeat on any machine."""
    return "-" if np.isnan(value) else "0" if abs(value) < NOTHING else f"{value:.3g}"


def race(
    net: Network,
    X: object,
    y: object,
    *,
    optimisers: Mapping[str, Optimiser],
    steps: int = 1000,
    threshold: float | None = None,
    weight: str | None = None,
    finish: float | None = None,
    batch_size: int | None = None,
    rng: int | None = 0,
) -> Race:
    """Optimisers from the same start on your own network: losses, paths on the loss surface, and their inner state.

    X: (N, D). y: (N, K). optimisers: {name: optimiser}, at most 8. steps: updates of each, at most 100,000.
    threshold: the loss whose first step below is counted; None is a tenth of the loss at the start.
    finish: a run ends when its loss is below; None is a hundredth of the threshold, 0 lets all steps be taken.
    weight: the parameter that is looked into at first, such as "W1[0,2]". Of a large network up to 32 can be looked
    into: this one and those with the largest gradients at the start. batch_size, rng: as in nn.train, for all the same.
    Raises ShapeError or ValueError when an argument is not what it should be. A run that diverges ends
    early and says so.
    """
    network = a_network("race", net)
    inputs = check_inputs("race", X, network.sizes[0])
    labels = network.check_labels("race", y, len(inputs))
    field = _the_field(optimisers)
    total = a_count("race", "steps", steps, most=MOST_STEPS, cause="Each step is one update of each optimiser.")
    limit = a_positive(
        "race", "threshold", network.loss(inputs, labels) / 10 or 1e-6 if threshold is None else threshold
    )
    line = limit / FINISH if finish is None else finish
    if line != 0:
        a_positive("race", "finish", line, "0 lets every run take all its steps.")
    a_generator("race", rng)
    weights = _weights(network, inputs, labels, weight)
    course = Course(network, inputs, labels, total, line, weights, batch_size, rng)
    return Race(course, run_all(course, field), limit)


def best_of(runs: Sequence[Run], threshold: float) -> int:
    """Whose end spans the picture: of those that end below the threshold the one nearest to the start, else the lowest.

    All below the threshold are good; the one that went furthest would make the paths of the others a dot.
    """
    good = [i for i, run in enumerate(runs) if run.losses[-1] < threshold]
    if not good:
        return int(np.argmin([run.losses[-1] for run in runs]))
    return min(good, key=lambda i: float(np.linalg.norm(runs[i].path[-1] - runs[i].path[0])))


def _the_field(optimisers: Any) -> dict[str, Optimiser]:
    able = isinstance(optimisers, Mapping) and all(
        isinstance(name, str) and is_optimiser(optimiser)
        for name, optimiser in optimisers.items()
    )  # fmt: skip
    if able and 1 <= len(optimisers) <= MOST_OPTIMISERS:
        return dict(optimisers)
    is_ = f"holds {len(optimisers)} entries" if able else f"is {short(optimisers)}"
    raise ValueError(
        sentence(
            "race",
            "optimisers",
            is_,
            f'a dict of 1 to {MOST_OPTIMISERS} optimisers by name, {{"Adam": nn.Adam(0.01)}}',
            "Each needs its learning rate: nn.Adam(0.01), not nn.Adam."
            if not able or not optimisers
            else "More lines cannot be told apart.",
        )
    )


def _weights(net: Network, X: Array, y: Array, weight: str | None) -> list[Weight]:
    """The parameters that can be looked into: all of a small network, else those with the largest gradients."""
    every: list[Weight] = [(name, at) for name, array in net.params.items() for at in np.ndindex(array.shape)]
    names = [f"{name}{place(at)}" for name, at in every]
    if weight is not None and weight not in names:
        raise ValueError(
            sentence(
                "race",
                "weight",
                f"is {weight!r}",
                f'a parameter such as "{names[0]}" or "{names[-1]}"',
                f"This is {net!r}.",
            )
        )
    if len(every) > MOST_WEIGHTS:
        size = np.abs(flatten(backward(net, X, y).grads))
        kept = set(np.argsort(-size, kind="stable")[:MOST_WEIGHTS].tolist())
        kept |= {names.index(weight)} if weight else set()
        every, names = [every[i] for i in sorted(kept)], [names[i] for i in sorted(kept)]
    if weight is not None:
        every.insert(0, every.pop(names.index(weight)))
    return every


__all__: Sequence[str] = ["Race", "race"]
