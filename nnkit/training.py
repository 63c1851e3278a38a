"""The training loop: forward, backward, step, and a record of how it went. It prints nothing but a progress bar."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from .backprop import backward
from .door import check_inputs
from .errors import a_generator, choice, sentence
from .functions import Array
from .history import History, Record
from .network import Network, a_network
from .optimisers import Optimiser, require_optimiser
from .recipe import Recipe, a_recipe

MOST_SNAPSHOTS = 200
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

    A run whose loss or parameters stop being finite ends early, and history.stopped says when and why.
    Raises ShapeError or ValueError when an argument is not what it should be.
    """
    a_network("nn.train", net)
    a_recipe("nn.train", recipe)
    require_optimiser("nn.train", optimiser)
    inputs = check_inputs("nn.train", X, net.sizes[0])
    labels = net.check_labels("nn.train", y, len(inputs))
    held_out = _check_validation(net, validation)
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

    record_steps = sorted({*range(0, total + 1, every), total})
    wanted = np.linspace(0, len(record_steps) - 1, min(len(record_steps), MOST_SNAPSHOTS)).astype(int)
    snapshot_steps = {record_steps[i] for i in wanted}
    generator = a_generator("nn.train", rng)
    before = deepcopy(generator)
    batches = _batches(len(inputs), size, choice("nn.train", "order", order, ORDERS), generator)

    def again(recipe: Recipe, steps: int, start: Network = net) -> History:
        return train(
            start, inputs, labels, optimiser=optimiser, steps=steps, batch_size=size, order=order, rng=deepcopy(before),
            schedule=schedule, validation=held_out, record_every=every, progress=False, recipe=recipe,
        )  # fmt: skip

    state, stepper, stopped = optimiser.start(net.params), optimiser, None
    records: list[Record] = []
    snapshots = {}
    for step in _progress(total, progress):
        if step in snapshot_steps:
            snapshots[step] = dict(net.params)
        if step == total or step % every == 0:
            record = _record(net, step, per_epoch, (inputs, labels), held_out)
            records.append(record)
            if not np.isfinite(record.loss):
                stopped = f"Stopped at step {step}: the loss is no longer finite. {TOO_LARGE}"
            elif callback is not None and _says_stop(callback(record)):
                stopped = f"Stopped at step {step} by the callback."
        if stopped or step == total:
            break
        rows = next(batches)
        if schedule is not None:
            rate = optimiser.learning_rate * schedule(step / per_epoch)  # type: ignore[attr-defined]
            stepper = replace(optimiser, learning_rate=rate)  # type: ignore[type-var]
        with np.errstate(over="ignore", invalid="ignore"):  # a run that explodes is reported below, once
            grads = backward(net, inputs[rows], labels[rows], recipe=recipe).grads
            params, state = stepper.step(net.params, grads, state)
        if not all(np.isfinite(array).all() for array in params.values()):
            stopped = (
                f"Stopped at step {step + 1}: a parameter is no longer finite. The loss before was "
                f"{records[-1].loss:.3g}. {TOO_LARGE}"
            )
            if records[-1].step != step:
                records.append(_record(net, step, per_epoch, (inputs, labels), held_out))
            break
        net = net.with_params(params)
    last = records[-1]
    snapshots[last.step] = dict(net.params)
    return History(
        steps=np.array([record.step for record in records]),
        loss=np.array([record.loss for record in records]),
        network=net,
        snapshots=snapshots,
        epochs=last.epoch,
        X=inputs,
        y=labels,
        repeat=again,
        validation_loss=np.array([record.validation_loss for record in records]) if held_out else None,
        stopped=stopped,
    )


def _record(
    net: Network, step: int, per_epoch: int, data: tuple[Array, Array], held_out: tuple[Array, Array] | None
) -> Record:
    with np.errstate(over="ignore", invalid="ignore"):
        validation_loss = net.loss(*held_out) if held_out else None
        return Record(step, step / per_epoch, net.loss(*data), validation_loss, net)


def _says_stop(answer: Any) -> bool:
    return isinstance(answer, bool | np.bool_) and bool(answer)


def _batches(n_examples: int, size: int, order: str, rng: np.random.Generator) -> Iterator[Any]:
    """Row numbers of one batch after the other, for ever. The full batch is the data as it stands."""
    while True:
        if order == "with_replacement":
            yield rng.integers(0, n_examples, size)
            continue
        if size == n_examples:
            yield slice(None)
            continue
        rows = rng.permutation(n_examples) if order == "shuffled" else np.arange(n_examples)
        for first in range(0, n_examples, size):
            yield rows[first : first + size]


def _progress(total: int, show: bool) -> Iterator[int]:
    """0, 1, ..., total. When the run turns out to be long, a bar appears, and goes away at the end."""
    show = show and not os.environ.get("TQDM_DISABLE")
    begun, bar = time.monotonic(), None
    try:
        for step in range(total + 1):
            yield step
            if bar is not None:
                bar.update()
            elif show and time.monotonic() - begun > BAR_AFTER:
                from tqdm.auto import tqdm

                bar = tqdm(total=total, initial=step + 1, leave=False, unit="step")
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
