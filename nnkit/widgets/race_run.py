"""Runs the optimisers of a race from one start, and keeps what is needed to look inside them afterwards.

Each run is an ordinary `nn.train`. Between it and the optimiser stands a recorder, which passes everything on and notes
what the optimiser was given and what it made of it, at a few of the steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..functions import Array
from ..history import History
from ..network import Network
from ..optimisers import Optimiser, Params, State, Step
from ..training import train
from ..vectors import flatten
from .race_inside import Update, Weight, inside

MOST_STOPS = 120
FEWEST_STOPS = 24
MOST_SENT = 80_000  # numbers inside the optimisers: 640 kB
MOST_KEPT = 4_000_000  # parameters at all stops of all runs: 32 MB


@dataclass(frozen=True, eq=False)
class Course:
    """What all runs share. net: the start. X: (N, D). y: (N, K). steps: at most so many updates.

    finish: a run ends when its loss is below. weights: the parameters that are looked into. batch_size, rng: as in
    nn.train.
    """

    net: Network
    X: Array
    y: Array
    steps: int
    finish: float
    weights: Sequence[Weight]
    batch_size: int | None = None
    rng: int | None = 0


@dataclass(frozen=True, eq=False)
class Run:
    """One optimiser's run. history: with the loss at every step. stops: (S,), the steps that can be looked at.

    finished: the step at which it crossed the finish line, or None. path: (S, P), all parameters at the stops.
    inside: {quantity: (S, weights)}, what the optimiser holds of each weight there.
    """

    name: str
    optimiser: Optimiser
    history: History
    finished: int | None
    stops: Array
    path: Array
    inside: dict[str, Array]

    @property
    def losses(self) -> Array:
        """The batch loss at each stop: (S,)."""
        return self.history.loss[self.stops]


@dataclass
class _Recorder:
    """An optimiser that does what `optimiser` does, and keeps its updates at the steps in `wanted` and at the last two.

    The last but one counts where the last update broke the run.
    """

    optimiser: Optimiser
    wanted: frozenset[int]
    taken: int = 0
    kept: dict[int, Update] = field(default_factory=dict)
    recent: deque[tuple[int, Update]] = field(default_factory=lambda: deque(maxlen=2))

    def start(self, params: Params) -> State:
        state = self.optimiser.start(params)
        nothing = {name: np.full_like(theta, np.nan) for name, theta in params.items()}
        self.kept[0] = Update(params, params, nothing, state)
        return state

    def step(self, params: Params, grads: Params, state: State) -> Step:
        moved, after = self.optimiser.step(params, grads, state)
        self.taken += 1
        update = Update(params, moved, grads, after)
        self.recent.append((self.taken, update))
        if self.taken in self.wanted:
            self.kept[self.taken] = update
        return moved, after


def stops_of(steps: int, most: int) -> list[int]:
    """The steps that can be looked at: every one at first, then fewer and fewer, the last one always."""
    if steps < most:
        return list(range(steps + 1))
    dense = np.geomspace(1, steps, most // 2)
    even = np.linspace(0, steps, most // 2)
    return sorted({0, 1, 2, 3, steps, *(int(step) for step in np.round(np.concatenate([dense, even])))})


def run_all(course: Course, optimisers: Mapping[str, Optimiser]) -> list[Run]:
    """One run for each optimiser, all from the same parameters and over the same batches."""
    in_paths = sum(array.size for array in course.net.params.values()) * len(optimisers)
    start = course.net.params
    before = {
        name: inside(one, course.weights, Update(start, start, start, one.start(start)))
        for name, one in optimisers.items()
    }
    in_accounts = len(course.weights) * sum(map(len, before.values()))
    most = min(MOST_STOPS, MOST_KEPT // in_paths, MOST_SENT // in_accounts)
    wanted = frozenset(stops_of(course.steps, max(FEWEST_STOPS, most)))
    return [_run(course, name, optimiser, wanted) for name, optimiser in optimisers.items()]


def _run(course: Course, name: str, optimiser: Optimiser, wanted: frozenset[int]) -> Run:
    recorder = _Recorder(optimiser, wanted)
    history = train(
        course.net,
        course.X,
        course.y,
        optimiser=recorder,
        steps=course.steps,
        batch_size=course.batch_size,
        rng=course.rng,
        record_every=1,
        callback=lambda record: record.loss < course.finish,
    )
    finite = np.flatnonzero(np.isfinite(history.loss))
    last = int(finite[-1])
    kept = recorder.kept | dict(recorder.recent)
    stops = sorted(step for step in kept if step <= last and (step in wanted or step == last))
    accounts = [inside(optimiser, course.weights, kept[step]) for step in stops]
    return Run(
        name,
        optimiser,
        history,
        last if history.loss[last] < course.finish else None,
        np.array(stops),
        np.array([flatten(kept[step].moved) for step in stops]),
        {quantity: np.array([account[quantity] for account in accounts]) for quantity in accounts[0]},
    )
