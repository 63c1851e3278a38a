"""Training beside its peers: seconds of one step, from the batch to the changed parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .by_hand import BareProducts, FastestProducts, PostedLoop, TorchByHand
from .cases import CASES, Case
from .peers import OURS, THEIRS, Peer, ScikitLearn, Train
from .results import Row, rows_of
from .timing import Effort, take_turns

PEERS: tuple[type[Peer], ...] = (*OURS, *THEIRS, TorchByHand, PostedLoop)

# They are called for a whole training, and look at its data, make their arrays and record a loss once in each call.
WHOLE = {peer.name for peer in (*OURS, ScikitLearn) if issubclass(peer, (Train, ScikitLearn))}
LEAST_STEPS = 1000  # in such a call: an epoch of MNIST in batches of 60; no training that gets anywhere is shorter


def check_agreement(peer: type[Peer], case: Case) -> None:
    """Raise AssertionError unless the peer has nnkit's parameters after one pass, to the digits of float32."""
    candidate = peer(case)
    candidate.train(1)
    right = case.by_the_book(case.n_examples // case.batch)
    start = case.network().params
    for name, array in candidate.params().items():
        assert array.shape == right[name].shape, f"{peer.name}, {case.name}: {name} has shape {array.shape}"
        moved = float(np.linalg.norm(right[name] - start[name]))
        off = float(np.linalg.norm(array - right[name]))
        rounding = 1e-6 * float(np.linalg.norm(right[name]))
        assert off <= 2e-3 * moved + rounding, f"{peer.name}, {case.name}: {name} is off by {off:.2g} of {moved:.2g}"


def run(effort: Effort, threads: str, cases: tuple[Case, ...] = CASES) -> list[Row]:
    """Check that the peers agree, then time them in turns."""
    rows = []
    for case in cases:
        for peer in PEERS:
            check_agreement(peer, case)
        steps = case.n_examples / case.batch
        candidates = {peer.name: peer(case).train for peer in (*PEERS, BareProducts, FastestProducts)}
        least = dict.fromkeys(WHOLE, max(1, round(LEAST_STEPS / steps)))
        timings = take_turns(candidates, effort, least)
        rows += rows_of("training", case.name, timings, reference="PyTorch eager", threads=threads, per=steps)
    least_work = min(cases, key=lambda case: case.operations)
    once = {peer.name: one_call(peer, least_work) for peer in PEERS if peer.name in WHOLE}
    rows += rows_of("training in one call", f"one pass of {least_work.name}", take_turns(once, effort),
                    reference=ScikitLearn.name, threads=threads)  # fmt: skip
    return rows


def one_call(peer: type[Peer], case: Case) -> Callable[[int], None]:
    """Calls of one pass each: here what a call does once is the most of it."""
    candidate = peer(case)

    def call(times: int) -> None:
        for _ in range(times):
            candidate.train(1)

    return call
