"""How long a diagnosis takes. It has no peer; a gradient check of the same program stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import nnkit as nn

from .results import Row, rows_of
from .timing import Effort, take_turns

PROGRAMS: Mapping[str, str | None] = {
    "right": None,
    "activation slope missing": "activation_slope_missing",
    "summed, not averaged": "summed_not_averaged",
    "wrong matrix carried back": "wrong_matrix_carried_back",
}


SIZES = ((2, 5, 1), (4, 5, 3), (64, 30, 10))


def run(
    effort: Effort,
    threads: str,
    sizes: tuple[tuple[int, ...], ...] = SIZES,
    programs: Mapping[str, str | None] = PROGRAMS,
) -> list[Row]:
    """Seconds of one diagnosis of a program with tanh and a sigmoid output, eight examples."""
    rows = []
    for shape in sizes:
        net = nn.Network.create(list(shape), hidden="tanh", rng=0)
        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(8, shape[0])), rng.uniform(size=(8, shape[-1]))
        for title, slug in programs.items():
            recipe = nn.mistakes.plant(slug) if slug else nn.Recipe()
            loss, grad = nn.loss_and_grad(net, recipe=recipe)
            arguments = (loss, grad, net.params, X, y)
            assert nn.diagnose(*arguments).ok == (slug is None)
            candidates = {
                "diagnose": lambda count, a=arguments: [nn.diagnose(*a) for _ in range(count)],
                "check_gradient": lambda count, a=arguments: [nn.check_gradient(*a) for _ in range(count)],
            }
            timings = take_turns(candidates, effort)
            rows += rows_of("doctor", f"{list(shape)}, {title}", timings, reference="", threads=threads)
    return rows
