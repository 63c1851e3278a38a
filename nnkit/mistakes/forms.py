"""Every form of every mistake that can happen in one network, commonest first: what the doctor runs through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..functions import Array
from ..network import Network
from . import CATALOGUE
from .batch import batch_forms
from .carried import carry_forms
from .deltas import delta_forms
from .form import Form
from .outputs import output_forms
from .slopes import slope_forms


def forms(net: Network, y: Array) -> list[Form]:
    """The forms for this network and these labels (N, K)."""
    slopes, starts = list(slope_forms(net)), list(output_forms(net, y))
    below = [*carry_forms(net, len(y)), *delta_forms(net, len(y)), *batch_forms(net, len(y))]
    every = [*slopes, *starts, *below, *_in_every_layer(below), *_of_the_catalogue(net)]
    return sorted(every, key=lambda form: form.rarity)


_LAYER = re.compile(r"(?<=[Wabz′])\d+|(?<=delta )\d+|\bX\b")


def _relative(form: Form) -> str:
    """What a form says, with l for its own layer: "dW_l is made with a_l, not with a_(l-1)"."""

    def named(number: re.Match[str]) -> str:
        """X is a0, and stands for the layer below the first."""
        off = (0 if number[0] == "X" else int(number[0])) - (form.layer or 0)
        index = "_l" if off == 0 else f"_(l{off:+d})"
        return f"a{index}" if number[0] == "X" else index

    return _LAYER.sub(named, form.says).replace("delta _", "delta_")


def _in_every_layer(single: Sequence[Form]) -> Iterator[Form]:
    """The same mistake in all layers that have it."""
    alike: dict[tuple[str, str], list[Form]] = {}
    for form in single:
        if form.layer is not None:
            alike.setdefault((form.slug, _relative(form)), []).append(form)
    for (slug, says), group in alike.items():
        if len({form.layer for form in group}) > 1:
            entries = {entry: wrong for form in group for entry, wrong in form.entries.items()}
            yield Form(slug, entries, None, f"{says}, in every layer", min(form.rarity for form in group) + 0.2)


def _of_the_catalogue(net: Network) -> Iterator[Form]:
    """Each mistake as `plant` plants it, wherever its term occurs; the other forms have usually found it before."""
    for mistake in CATALOGUE.values():
        layers = range(1, net.n_layers + 1) if mistake.by_layer else (None,)
        says = mistake.explanation[0].lower() + mistake.explanation[1:].rstrip(".")
        if mistake.term != "example_weight":  # a factor, which is fitted
            yield Form(mistake.slug, {(mistake.term, l): mistake.wrong for l in layers}, None, says, 0.9)
