"""The inspector: click a weight, a bias or a unit and see the exact product of terms behind its gradient."""

from __future__ import annotations

import re
from typing import Any

import anywidget
import numpy as np
import traitlets

from ..backprop import BackwardPass, Recipe, backward
from ..errors import sentence
from ..network import Network
from ..text import number
from .bundle import bundle, styles
from .state import inspector_state

AGREES_BELOW = 1e-4  # looser than a gradient check: one number alone may be small beside its rounding noise
MOST_UNITS = 12
MOST_LAYERS = 6
MOST_EXAMPLES = 32


class Inspector(anywidget.AnyWidget):
    """The widget that `inspect` makes. Its whole state is made in Python once; clicking asks the kernel nothing."""

    _esm = bundle("inspector.mjs")
    _css = styles("theme.css", "inspector.css")

    state = traitlets.Dict(read_only=True).tag(sync=True)
    start = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, back: BackwardPass, *, select: str, example: int | None) -> None:
        super().__init__()
        self._back = back
        self.set_trait("state", inspector_state(back))
        self.set_trait("start", {"select": self._known(select), "example": example})

    def table(self, select: str | None = None) -> str:
        """What the panel says about one number, as text: the terms, example by example, and the numeric slope.

        select: a name as in the diagram, "W1[0,2]", "b1[2]", "z1[2]" or "a0[1]"; None for what is open at first.
        """
        name = self._known(select or self.start["select"])
        entry = self.state["numbers"][name]
        terms = self._back.terms(entry["param"], tuple(entry["index"]))
        agrees = entry["relative_error"]["batch"] < AGREES_BELOW
        verdict = "agrees" if agrees else f"DISAGREES: it is {number(entry['numeric']['batch'])}"
        return f"{terms}\nThe central difference {verdict}."

    def _known(self, select: Any) -> str:
        name = re.sub(r"\s", "", str(select))
        if name not in self.state["numbers"]:
            last = list(self.state["numbers"])[-1]
            raise ValueError(
                sentence(
                    "inspect",
                    "select",
                    f"is {select!r}",
                    f'a name from the diagram such as "W1[0,0]" or "{last}"',
                    f"This is {self._back.net!r}; layers count from 1, units from 0.",
                )
            )
        return name

    def __repr__(self) -> str:
        return f"Inspector of {self._back.net!r}, {len(self._back.y)} examples\n\n{self.table()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget for a browser, and beside it the whole text form, which ipywidgets would cut at 110 characters."""
        bundle_ = super()._repr_mimebundle_(**kwargs)
        data = bundle_[0] if isinstance(bundle_, tuple) else bundle_
        if data is not None:
            data["text/plain"] = repr(self)
        return bundle_


def inspect(
    net: Network,
    X: object,
    y: object,
    *,
    select: str = "W1[0,0]",
    example: int | None = None,
    recipe: Recipe = Recipe(),
) -> Inspector:
    """A diagram of the network in which every weight, bias and unit can be opened into the terms of its gradient.

    X: (N, D), at most 32 examples. y: (N, K). select: what is open at first, for example "W1[0,2]".
    example: the row of X that is shown at first; None shows the batch sum. recipe: a mistake that is planted, see
    `nnkit.mistakes.plant`; the finite differences stay those of the true loss.
    Raises ShapeError or ValueError for X or y that do not fit, and for a network too large to draw unit by unit
    (more than 6 layers or 12 units a layer).
    """
    if not isinstance(net, Network):
        raise ValueError(
            sentence(
                "inspect",
                "net",
                f"is a {type(net).__name__}",
                "a Network",
                "Wrap your own arrays with nn.Network.from_params; a History has its network at history.network.",
            )
        )
    back = backward(net, X, y, recipe=recipe)
    if max(net.sizes) > MOST_UNITS or net.n_layers > MOST_LAYERS:
        raise ValueError(
            sentence(
                "inspect",
                "net",
                f"has the sizes {list(net.sizes)}",
                f"at most {MOST_LAYERS} layers of at most {MOST_UNITS} units",
                "Each weight needs room to be clicked. Inspect a narrower network of the same depth; "
                "nn.backward(...).terms(...) opens any weight of any network as a table.",
            )
        )
    n_examples = len(back.y)
    if n_examples > MOST_EXAMPLES:
        raise ValueError(
            sentence(
                "inspect",
                "X",
                f"has {n_examples} examples",
                f"at most {MOST_EXAMPLES}",
                f"Look at some of them: inspect(net, X[:{MOST_EXAMPLES}], y[:{MOST_EXAMPLES}]).",
            )
        )
    whole = isinstance(example, int | np.integer) and not isinstance(example, bool)
    if example is not None and not (whole and 0 <= example < n_examples):
        raise ValueError(
            sentence(
                "inspect",
                "example",
                f"is {example!r}",
                f"None or a row of X, 0 to {n_examples - 1}",
                "Examples count from 0.",
            )
        )
    return Inspector(back, select=select, example=None if example is None else int(example))
