"""The training loop: forward, backward, step, and a record of how it went. It prints nothing but a progress bar."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from itertools import islice, repeat
from typing import Any

import numpy as np

from .door import check_inputs
from .engine import Engine, serves
from .errors import a_generator, choice, sentence
from .functions import Array
from .history import History, Record, Records
from .network import Network, a_network
from .optimisers import Optimiser, require_optimiser
from .readable import ReadableRun, Update
from .recipe import Recipe, a_recipe

MOST_RECORDS = 10_000
TOO_LARGE = "The likely cause is a learning rate that is too large."
BAR_AFTER = 2.0  # seconds until a progress bar appears
ORDERS = ["shuffled", "cyclic", "with_replacement"]


def train(
    net: Network,
    X: object,
    y: object,
    *,
    optimiser: Optimiser,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | None = None,
    order: str = "shuffled",
    rng: int | np.random.Generator | None = None,
    schedule: Callable[[float], float] | None = None,
    validation: tuple[object, object] | None = None,
    callback: Callable[[Record], Any] | None = None,
    record_every: int | None = None,
    progress: bool = True,
    recipe: Recipe = Recipe(),
    dtype: Any = "float64",
) -> History:
    """Train, and keep a record. `net` itself is left as it is; the trained one is history.network.

    X: (N, D). y: (N, K). Give either epochs, passes over the data, or steps, the number of updates.
    batch_size: examples an update, None for all, 1 for one at a time; the last batch of an epoch may be smaller.
    order: "shuffled" anew each epoch, "cyclic" as they stand, or drawn "with_replacement". rng: a seed or a Generator.
    schedule: the learning rate is multiplied by schedule(epoch); epoch counts from 0 and may be a fraction.
    validation: (X, y) whose loss is recorded too. record_every: updates between two records, one epoch if None.
    callback: called with each Record; training stops when it returns True.
    progress: a bar appears when the run takes longer than two seconds.
    recipe: how each term of the gradient is made; a planted mistake goes here.
    dtype: "float64", or "float32", which is faster and rounds to 7 digits.

    Training runs on the engine (engine.py), which plays the readable code in place and comes to the same numbers. With
    a recipe or an optimiser of your own it runs on the readable code itself, several times slower.

    A run whose loss or parameters stop being finite ends early, and history.stopped says when and why.
    Raises ShapeError or ValueError when an argument is not what it should be.
    """
    a_network("nn.train", net)
    a_recipe("nn.train", recipe)
    require_optimiser("nn.train", optimiser)
    inputs = check_inputs("nn.train", X, net.sizes[0])
    labels = net.check_labels("nn.train", y, len(inputs))
    held_out = _check_validation(net, validation)
    fast = serves(net, optimiser, recipe)
    kind = _check_dtype(dtype, fast)
    size = _check_count("batch_size", len(inputs) if batch_size is None else batch_size, least=1, most=len(inputs))
    per_epoch = -(-len(inputs) // size)
    total = _check_length(epochs, steps, per_epoch)
    default = max(per_epoch, -(-total // MOST_RECORDS))
    every = _check_count("record_every", default if record_every is None else record_every, least=1)
    if schedule is not None and not hasattr(optimiser, "learning_rate"):
        raise ValueError(
            sentence(
                "nn.train",
                "schedule",
                f"is given for {type(optimiser).__name__}",
                "an optimiser with a learning_rate",
                "This one sets its own step sizes.",
            )
        )

    generator = a_generator("nn.train", rng)
    before = deepcopy(generator)
    batches = _batches(len(inputs), size, choice("nn.train", "order", order, ORDERS), generator)

    def again(recipe: Recipe, steps: int, start: Network = net) -> History:
        return train(
            start, inputs, labels, optimiser=optimiser, steps=steps, batch_size=size, order=order, rng=deepcopy(before),
            schedule=schedule, validation=held_out, record_every=every, progress=False, recipe=recipe,
            dtype=kind if serves(start, optimiser, recipe) else "float64",
        )  # fmt: skip

    def stepper(step: int) -> Optimiser:
        assert schedule is not None
        rate = optimiser.learning_rate * schedule(step / per_epoch)  # type: ignore[attr-defined]
        return replace(optimiser, learning_rate=rate)  # type: ignore[type-var]

    data = inputs, labels
    run = (
        Engine(net, optimiser, data, held_out, largest=size, dtype=kind)
        if fast
        else ReadableRun(net, optimiser, data, held_out, recipe)
    )
    records = Records(net, total, every)
    step, stopped = 0, None
    with _progress(total, progress) as moved_on:
        while True:
            if step == total or step % every == 0:
                loss, validation_loss = run.losses()
                records.add(step, loss, validation_loss, run.params)
                if not np.isfinite(loss):
                    stopped = f"Stopped at step {step}: the loss is no longer finite. {TOO_LARGE}"
                elif callback is not None:
                    now = net.with_params(run.params())
                    if _says_stop(callback(Record(step, step / per_epoch, loss, validation_loss, now))):
                        stopped = f"Stopped at step {step} by the callback."
            if stopped or step == total:
                break
            ahead = min(run.check_every, total - step, every - step % every)
            optimisers = repeat(None) if schedule is None else map(stepper, range(step, step + ahead))
            made = _advance(run, list(zip(islice(batches, ahead), optimisers)))
            step += made
            moved_on(made)
            if made < ahead:
                stopped = (
                    f"Stopped at step {step + 1}: a parameter is no longer finite. The loss before was "
                    f"{records.last_loss:.3g}. {TOO_LARGE}"
                )
                if records.last_step != step:
                    records.add(step, *run.losses(), run.params)
                break
    return records.history(
        net.with_params(run.params()), epochs=records.last_step / per_epoch, data=data, repeat=again, stopped=stopped
    )


def _advance(run: Engine | ReadableRun, plan: list[Update]) -> int:
    """Make these updates up to the first that would leave a parameter not finite. Gives how many were made."""
    run.mark()
    run.advance(plan)
    if run.finite():
        return len(plan)
    run.rewind()
    if len(plan) == 1:
        return 0
    half = len(plan) // 2
    made = _advance(run, plan[:half])
    return made if made < half else half + _advance(run, plan[half:])


def _says_stop(answer: Any) -> bool:
    return isinstance(answer, bool | np.bool_) and bool(answer)


def _batches(n_examples: int, size: int, order: str, rng: np.random.Generator) -> Iterator[Any]:
    """The rows of one batch after the other, for ever: their numbers, or a slice where the data stay as they stand."""
    places = [slice(first, min(first + size, n_examples)) for first in range(0, n_examples, size)]
    while True:
        if order == "with_replacement":
            yield rng.integers(0, n_examples, size)
        elif order == "shuffled" and len(places) > 1:
            rows = rng.permutation(n_examples)
            yield from (rows[place] for place in places)
        else:
            yield from places


@contextmanager
def _progress(total: int, show: bool) -> Iterator[Callable[[int], None]]:
    """A function that is told how many steps were made. When the run turns out to be long, a bar appears."""
    show = show and not os.environ.get("TQDM_DISABLE")
    begun, step, bar = time.monotonic(), 0, None

    def moved_on(steps: int) -> None:
        nonlocal step, bar
        step += steps
        if bar is not None:
            bar.update(steps)
        elif show and time.monotonic() - begun > BAR_AFTER:
            from tqdm.auto import tqdm

            bar = tqdm(total=total, initial=step, leave=False, unit="step", disable=False)

    try:
        yield moved_on
    finally:
        if bar is not None:
            bar.total = bar.n  # a run that stopped early takes its bar away as well
            bar.close()


# --- the door --------------------------------------------------------------------------------------------------------


def _check_count(argument: str, value: Any, *, least: int, most: int | None = None) -> int:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and value >= least and (most is None or value <= most):
        return int(value)
    bounds = f"of at least {least}" if most is None else f"from {least} to {most}, the number of examples"
    raise ValueError(sentence("nn.train", argument, f"is {value!r}", f"a whole number {bounds}"))


def _check_length(epochs: int | None, steps: int | None, per_epoch: int) -> int:
    if (epochs is None) == (steps is None):
        given = "both given" if steps is not None else "both missing"
        raise ValueError(
            sentence(
                "nn.train",
                "epochs and steps",
                f"are {given}",
                "one of the two",
                "An epoch is one pass over the data, a step is one update.",
            )
        )
    if epochs is not None:
        return _check_count("epochs", epochs, least=0) * per_epoch
    return _check_count("steps", steps, least=0)


def _check_validation(net: Network, validation: tuple[object, object] | None) -> tuple[Array, Array] | None:
    if validation is None:
        return None
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise ValueError(sentence("nn.train", "validation", f"is a {type(validation).__name__}", "a pair (X, y)"))
    inputs = check_inputs("nn.train, validation", validation[0], net.sizes[0])
    return inputs, net.check_labels("nn.train, validation", validation[1], len(inputs))


def _check_dtype(dtype: Any, fast: bool) -> str:
    try:
        name = np.dtype(dtype).name if dtype is not None else None
    except TypeError:
        name = dtype
    kind = choice("nn.train", "dtype", name, ["float64", "float32"])
    if kind == "float32" and not fast:
        cause = "A recipe or an optimiser of your own runs on the readable code, which computes in float64."
        raise ValueError(sentence("nn.train", "dtype", "is 'float32'", "'float64'", cause))
    return kind
