"""The learner's two functions, called with care: on copies, prints kept apart, errors told in one sentence.

Everything is one flat vector theta (P,) here, in the order of the learner's dict. The functions see a dict of arrays.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from typing import Any

import numpy as np

from ..functions import Array
from ..vectors import restore
from .clock import Clock
from .surroundings import Surroundings
from .trouble import CannotRun, NotFinite, and_more, in_words, line_of

WATCHED = 8  # calls that are compared with what they were given


class Program:
    """loss and grad of a learner, with their params, X and y.

    printed: what they printed at the first call of each. changed: the arguments that were changed in place.
    """

    def __init__(self, loss: Any, grad: Any, params: Any, X: Any, y: Any) -> None:
        self._loss, self._grad = loss, grad
        self.given = params
        if not callable(loss) or not callable(grad):
            name = "grad" if callable(loss) else "loss"
            raise CannotRun(
                f"{name} is not a function. Pass the function itself, without brackets: nn.diagnose(loss, grad, …)."
            )
        if not isinstance(params, Mapping) or not params:
            raise CannotRun(
                'params has to be a dict of arrays, such as {"W1": W1, "b1": b1}; '
                + (f"it is a {type(params).__name__}." if params is not None else "it is None.")
            )
        self.params = {name: self._number("params", name, value) for name, value in params.items()}
        self.as_arrays = False
        self.outside = {"loss": Surroundings(loss), "grad": Surroundings(grad)}
        self.changed_outside: dict[str, list[str]] = {"loss": [], "grad": []}
        self.as_lists = {name for name, value in params.items() if isinstance(value, list | tuple)}
        self.lists_needed = False
        self.X_given, self.y_given = _double(X), _double(y)
        self.X = self._array("X", X)
        self.y = self._array("y", y)
        self.printed = ""
        self.changed: dict[str, list[str]] = {"loss": [], "grad": []}
        self.clock = Clock()
        self.seed = 0
        self.draws = False
        self.seconds = 0.0
        self.calls = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self.params)

    @property
    def theta(self) -> Array:
        """The parameters as given: (P,)."""
        return np.concatenate([array.ravel() for array in self.params.values()])

    def loss(self, theta: Array, *, X: Any = None, y: Any = None) -> float:
        """The learner's loss at theta. Raises CannotRun when it is not one finite number."""
        value = self._call("loss", self._loss, theta, X, y)
        if value is None:
            raise CannotRun("loss(params, X, y) returns None. A function without a return statement gives None.")
        if isinstance(value, Mapping):
            raise CannotRun("loss(params, X, y) returns a dict; expected one number. Are loss and grad swapped?")
        try:
            array = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise CannotRun(f"loss(params, X, y) returns a {type(value).__name__}; expected one number.") from None
        if array.size != 1:
            raise CannotRun(
                f"loss(params, X, y) returns an array of shape {array.shape}; expected one number. "
                "The losses of the examples still have to be averaged or summed."
            )
        if not np.isfinite(array).all():
            raise NotFinite(f"loss(params, X, y) is {array.item()}.")
        return float(array.item())

    def grad(self, theta: Array, *, X: Any = None, y: Any = None) -> Any:
        """What the learner's grad returns at theta, as it comes. The loss is called first, as in a training loop."""
        return self._call("grad", self._grad, theta, X, y)

    def data_changed(self, theta: Array, X: Any, y: Any) -> tuple[float, Any]:
        """Loss and gradient on other data."""
        return self.loss(theta, X=X, y=y), self.grad(theta, X=X, y=y)

    def strictly(self, what: str, theta: Array) -> str:
        """The first overflow, division by zero or invalid value in a call, with the learner's line; or ""."""
        function = self._loss if what == "loss" else self._grad
        with np.errstate(over="raise", divide="raise", invalid="raise"), redirect_stdout(io.StringIO()):
            try:
                function(self._dict(theta), deepcopy(self.X_given), deepcopy(self.y_given))
            except FloatingPointError as error:
                return f"{error}{line_of(error)}"
            except Exception as error:
                return f"{error}{line_of(error)}"
        return ""

    # --- one call ----------------------------------------------------------------------------------------------------

    def _dict(self, theta: Array) -> dict[str, Any]:
        arrays: dict[str, Any] = {name: array.copy() for name, array in restore(theta, self.params).items()}
        if self.lists_needed:
            arrays |= {name: arrays[name].tolist() for name in self.as_lists}
        for name, value in self.given.items():
            if np.ndim(value) == 0 and not isinstance(value, np.ndarray):
                arrays[name] = float(arrays[name])
        return arrays

    def _call(self, what: str, function: Callable[..., Any], theta: Array, X: Any, y: Any) -> Any:
        """One call on copies. The first few are watched closely: what they change, and whether they draw at random."""
        self.clock.check()
        params = self._dict(theta)
        X, y = (deepcopy(own if other is None else other) for own, other in ((self.X_given, X), (self.y_given, y)))
        closely = self.calls < WATCHED
        before = deepcopy((params, X, y)) if closely else None
        outside = self.outside[what].now() if closely else {}
        state = np.random.get_state() if closely or self.draws else None  # noqa: NPY002
        if state is not None:
            np.random.seed(self.seed)  # noqa: NPY002
            seeded = repr(np.random.get_state())  # noqa: NPY002
        out = io.StringIO()
        start = time.perf_counter()
        try:
            with redirect_stdout(out), redirect_stderr(out), warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                answer = function(params, X, y)
        except Exception as error:
            if self.as_lists and not self.lists_needed:
                self.lists_needed = True
                return self._call(what, function, theta, None, None)
            if isinstance(self.X_given, list | tuple) and not self.as_arrays:
                self.as_arrays, self.X_given, self.y_given = True, self.X, self.y
                return self._call(what, function, theta, None, None)
            raise CannotRun(f"{what}(params, X, y) raises {in_words(error)}{self._hint(error)}") from None
        except SystemExit:
            raise CannotRun(f"{what}(params, X, y) ends the program with exit().") from None
        finally:
            if state is not None:
                self.draws = self.draws or repr(np.random.get_state()) != seeded  # noqa: NPY002
                np.random.set_state(state)  # noqa: NPY002
        self.seconds += time.perf_counter() - start
        self.calls += 1
        self.printed = self.printed or out.getvalue()
        if before is not None:
            self._look_for_changes(what, before, (params, X, y))
            for name in self.outside[what].changed_since(outside):
                if name not in self.changed_outside[what]:
                    self.changed_outside[what].append(name)
        return answer

    def _hint(self, error: Exception) -> str:
        if isinstance(error, KeyError):
            return f". The names in params are {and_more(self.names)}."
        if isinstance(error, TypeError) and "positional argument" in str(error):
            return ". Both functions are called with (params, X, y)."
        return ""

    def _look_for_changes(self, what: str, before: tuple[Any, Any, Any], after: tuple[Any, Any, Any]) -> None:
        pairs = {name: (was, after[0].get(name)) for name, was in before[0].items()}
        pairs |= {
            name: (was, now)
            for name, was, now in (("X", before[1], after[1]), ("y", before[2], after[2]))
            if name not in pairs
        }
        for name, (was, now) in pairs.items():
            if name not in self.changed[what] and now is not None and _differ(was, now):
                self.changed[what].append(name)

    # --- the door ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _number(where: str, name: Any, value: Any) -> Array:
        if isinstance(value, list | tuple) and any(isinstance(v, np.ndarray | list) for v in value):
            shapes = {np.shape(v) for v in value}
            if len(shapes) > 1:
                raise CannotRun(
                    f"{where}[{name!r}] is a list of arrays; expected one array for each name. "
                    f'Give each its own: {{"{name}1": …, "{name}2": …}}.'
                )
        try:
            array = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise CannotRun(f"{where}[{name!r}] is {type(value).__name__}; expected an array of numbers.") from None
        if not np.isfinite(array).all():
            raise CannotRun(f"{where}[{name!r}] holds NaN or infinity. Start from finite parameters.")
        return array

    @staticmethod
    def _array(name: str, value: Any) -> Array:
        if value is None:
            raise CannotRun(f"{name} is None; expected an array of numbers.")
        try:
            return np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise CannotRun(f"{name} is not an array of numbers, but {type(value).__name__}.") from None


def _double(value: Any) -> Any:
    """float32 data as float64, so that rounding does not hide what is compared; all else as it is."""
    return (
        value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype in (np.float32, np.float16) else value
    )


def _differ(was: Any, now: Any) -> bool:
    try:
        return not np.array_equal(
            np.ravel(np.asarray(was, dtype=float)), np.ravel(np.asarray(now, dtype=float)), equal_nan=True
        )
    except (TypeError, ValueError):
        return False
