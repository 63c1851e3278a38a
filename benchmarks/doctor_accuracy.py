"""How often is the doctor right? Every form of every mistake on random networks, and programs it must not accuse.

    python benchmarks/doctor_accuracy.py ill 20        # networks; every mistake that can happen in each
    python benchmarks/doctor_accuracy.py healthy 1000  # programs whose gradient is right

Prints, for each mistake: how often its slug is among the findings and how often it is the first; then false alarms, and
how long a diagnosis takes. A second number is the first seed, so that a long run can be cut into pieces.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

import nnkit as nn
from nnkit.functions import ACTIVATIONS, LOSSES
from nnkit.mistakes.form import recipe_of
from nnkit.mistakes.forms import forms
from nnkit.network import Network
from nnkit.recipe import Recipe


@dataclass
class Patient:
    """A random network in a random layout, as a learner's two functions of a dict."""

    net: Network
    X: np.ndarray
    y: np.ndarray
    y_given: np.ndarray
    columns: bool
    turned: bool
    weight: Callable[[int], float]  # what one of N examples counts in the loss
    penalty: float
    penalise_biases: bool
    bias_shape: str
    dtype: type

    def params(self):
        return {name: self.out(name, value).astype(self.dtype) for name, value in self.net.params.items()}

    def out(self, name, array):
        if name.startswith("W"):
            return array.T.copy() if self.turned else array.copy()
        return {"flat": array.copy(), "row": array[None, :].copy(), "column": array[:, None].copy()}[self.bias_shape]

    def into(self, name, array):
        array = np.asarray(array, dtype=float)
        return (array.T if self.turned else array) if name.startswith("W") else array.ravel()

    def at(self, params):
        return self.net.with_params({name: self.into(name, array) for name, array in params.items()})

    def data(self):
        X = self.X.T.copy() if self.columns else self.X.copy()
        return X.astype(self.dtype), self.y_given

    @property
    def scale(self):
        return self.weight(len(self.X))

    def batch(self, X, y):
        """X (N, D) and y (N, K), as the network takes them."""
        X = np.asarray(X.T if self.columns else X, dtype=float)
        k = self.net.sizes[-1]
        if k > 1 and np.ndim(y) == 1:
            return X, np.eye(k)[y]
        return X, np.asarray(y.T if self.columns and np.ndim(y) == 2 else y, dtype=float).reshape(len(X), k)

    def loss(self, params, X, y):
        net = self.at(params)
        X, y = self.batch(X, y)
        forward = net.forward(X)
        penalised = [a for name, a in params.items() if name.startswith("W") or self.penalise_biases]
        return self.weight(len(X)) * net.loss_of(forward, y).sum() + self.penalty * sum(
            np.sum(np.square(a, dtype=float)) for a in penalised
        )

    def grad(self, recipe=Recipe(), tail=None):
        recipe = replace(recipe, example_weight=lambda net, forward, y: self.weight(len(y)))

        def grad(params, X, y):
            net = self.at(params)
            X, y = self.batch(X, y)
            back = nn.backprop.backward_of(net, net.forward(X), y, recipe=recipe)
            grads = {name: self.out(name, g) for name, g in back.grads.items()}
            for name, g in grads.items():
                if name.startswith("W") or self.penalise_biases:
                    grads[name] = g + 2 * self.penalty * np.asarray(params[name], dtype=float)
            return tail(grads, params) if tail else grads

        return grad


def draw(seed: int) -> Patient:
    """A random patient, healthy."""
    rng = np.random.default_rng(seed)
    n_layers = int(rng.choice([1, 2, 2, 2, 3, 3, 4]))
    sizes = [int(s) for s in rng.integers(2, 7, n_layers)] + [int(rng.choice([1, 1, 2, 3, 4]))]
    n = int(rng.integers(3, 12))
    output, loss = [
        ("sigmoid", "half_squared_error"),
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "cross_entropy"),
        ("identity", "half_squared_error"),
        ("identity", "squared_error"),
        ("tanh", "half_squared_error"),
        ("sigmoid", "squared_error"),
    ][int(rng.integers(7))]
    if output == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    hidden = [str(rng.choice(["sigmoid", "tanh", "relu", "relu"]))] * (n_layers - 1)
    if rng.random() < 0.2:
        hidden = [str(rng.choice(["sigmoid", "tanh", "relu", "identity"])) for _ in hidden]
    bias = rng.random() < 0.85
    params = {}
    for l, (i, o) in enumerate(zip(sizes, sizes[1:]), start=1):
        params[f"W{l}"] = rng.normal(0, 1 / np.sqrt(i), (i, o))
        if bias:
            params[f"b{l}"] = np.zeros(o) if rng.random() < 0.5 else rng.normal(0, 0.5, o)
    acts = tuple(ACTIVATIONS[name] for name in (*hidden, output))
    net = Network(params, acts, LOSSES[f"{loss}_sum"])
    X = rng.normal(size=(n, sizes[0])) if rng.random() < 0.8 else rng.integers(0, 2, (n, sizes[0])).astype(float)
    k = sizes[-1]
    columns = rng.random() < 0.4
    if loss == "cross_entropy":
        classes = rng.integers(0, k, n)
        classes[:k] = np.arange(k)[: len(classes[:k])]
        y = np.eye(k)[classes]
        y_given = classes if rng.random() < 0.5 else (y.T if columns else y)
    else:
        y = rng.integers(0, 2, (n, k)).astype(float) if output != "identity" else rng.normal(size=(n, k))
        y_given = y.T.copy() if columns else y
        if k == 1 and rng.random() < 0.3:
            y_given = y.ravel()
    weights = (lambda n: 1.0, lambda n: 1 / n, lambda n: 1 / n, lambda n: 1 / (n * k), lambda n: 0.5)
    weight = weights[int(rng.integers(len(weights)))]
    penalty = float(rng.choice([0, 0, 0, 0.1, 0.003]))
    turned = columns or rng.random() < 0.2
    shape = "column" if columns and rng.random() < 0.8 else str(rng.choice(["flat", "row"]))
    return Patient(net, X, y, y_given, columns, turned, weight, penalty, rng.random() < 0.2, shape, np.float64)


# --- what is not a term of the pass ----------------------------------------------------------------------------------


def factor(c, pick=lambda name: True):
    return lambda grads, params: {name: g * (c if pick(name) else 1) for name, g in grads.items()}


def only(kind):
    return lambda name: name.startswith(kind)


def tails(patient: Patient):
    """(slug, change of the returned gradients), for mistakes that are no replaced term."""
    n, L = len(patient.X), patient.net.n_layers
    yield "sign", factor(-1)
    yield "sign", factor(-1, only("W"))
    yield "scale", factor(2)
    yield "scale", factor(0.5)
    if abs(patient.scale * n - 1) < 1e-9:
        yield "summed_not_averaged", factor(n)
        yield "averaged_twice", factor(1 / n)
        yield "summed_not_averaged", factor(n, only("W"))
    if "b1" in patient.net.params:
        yield "bias_reduction", factor(1 / n, only("b"))
        yield "missing_param", lambda grads, params: {name: g for name, g in grads.items() if name != f"b{L}"}
        yield (
            "regularisation",
            lambda grads, params: (
                {name: g + (0.2 * params[name] if name.startswith("b") else 0) for name, g in grads.items()}
                if any(params[name].any() for name in params if name.startswith("b"))
                else {name: g + 0.2 * params[name] for name, g in grads.items()}
            ),
        )
    if patient.penalty:
        lam = 2 * patient.penalty
        for times in (-1, -0.5, 1, n - 1):
            yield (
                "regularisation",
                lambda grads, params, times=times: {
                    name: g + (times * lam * params[name] if name.startswith("W") or patient.penalise_biases else 0)
                    for name, g in grads.items()
                },
            )
    else:
        yield (
            "regularisation",
            lambda grads, params: {
                name: g + (0.1 * params[name] if name.startswith("W") else 0) for name, g in grads.items()
            },
        )
    yield (
        "transposed",
        lambda grads, params: {
            name: g.T if name == "W1" and min(g.shape) > 1 else -g if name == "nothing" else g
            for name, g in grads.items()
        },
    )
    yield "missing_param", lambda grads, params: {name: 0 * g if name == "W1" else g for name, g in grads.items()}


def stateful(patient: Patient):
    kept = {}
    right = patient.grad()

    def grad(params, X, y):
        for name, g in right(params, X, y).items():
            kept[name] = kept.get(name, 0) + g
        return {name: g.copy() for name, g in kept.items()}

    return grad


def updated(patient: Patient, step: float):
    def carry(net, f, y, l, delta, weight):
        return delta @ (weight - step * patient.scale * f.a[l - 1].T @ delta - step * 2 * patient.penalty * weight).T

    return patient.grad(Recipe(carry=carry))


# --- the two runs ----------------------------------------------------------------------------------------------------


def different(patient: Patient, grad) -> bool:
    """The planted gradient can be told from the right one at some other parameters than the given."""
    X, y = patient.data()
    rng = np.random.default_rng(1)
    params = {name: rng.normal(0, 0.7, a.shape) for name, a in patient.params().items()}
    try:
        with np.errstate(all="ignore"):
            wrong, right = grad(params, X, y), patient.grad()(params, X, y)
    except (ValueError, IndexError):
        return False
    if any(name not in wrong or np.shape(wrong[name]) != np.shape(right[name]) for name in right):
        return True
    if not all(np.isfinite(g).all() for g in wrong.values()):
        return False
    return any(np.linalg.norm(wrong[n] - right[n]) > 1e-4 * np.linalg.norm(right[n]) for n in right)


def ill(count: int, first: int, share: float) -> None:
    total, among, best, times = Counter(), Counter(), Counter(), []
    missed, behind = defaultdict(list), defaultdict(list)
    for seed in range(first, first + count):
        patient = draw(seed)
        rng = np.random.default_rng(seed)
        planted = []
        for form in forms(patient.net, patient.y):
            if rng.random() < share or form.rarity <= 0.1:
                planted.append((form.slug, form.says, patient.grad(recipe_of(form))))
        for i, (slug, tail) in enumerate(tails(patient)):
            planted.append((slug, f"tail {i}", patient.grad(tail=tail)))
        if patient.net.n_layers > 1:
            planted += [("updated_weights", f"step {s}", updated(patient, s)) for s in (0.5, 0.03)]
        planted.append(("stateful", "", stateful(patient)))
        X, y = patient.data()
        for slug, says, grad in planted:
            if not different(patient, grad):
                continue
            start = time.perf_counter()
            diagnosis = nn.diagnose(patient.loss, grad, patient.params(), X, y)
            times.append(time.perf_counter() - start)
            slugs = [found.mistake for found in diagnosis.findings]
            total[slug] += 1
            among[slug] += slug in slugs
            best[slug] += slugs[:1] == [slug]
            if slug not in slugs:
                missed[slug].append((seed, says, slugs[:4], diagnosis.failure))
            elif slugs[0] != slug:
                behind[slug, slugs[0]].append((seed, says, slugs[:4]))
    print(f"{'mistake':38}{'planted':>8}{'among':>8}{'first':>8}")
    for slug in sorted(total):
        print(f"{slug:38}{total[slug]:8}{among[slug] / total[slug]:8.1%}{best[slug] / total[slug]:8.1%}")
    n = sum(total.values())
    print(f"{'all':38}{n:8}{sum(among.values()) / n:8.1%}{sum(best.values()) / n:8.1%}")
    print(f"seconds: median {np.median(times):.2f}, 99 % {np.quantile(times, 0.99):.2f}, max {max(times):.2f}")
    for slug, cases in missed.items():
        for case in cases[:6]:
            print("  missed", slug, *case)
    for (slug, other), cases in sorted(behind.items(), key=lambda item: -len(item[1])):
        print(f"  {slug} behind {other}, {len(cases)} times:", *cases[:5], sep="\n    ")


def healthy(count: int, first: int) -> None:
    alarms, times, known, unknown = [], [], 0, []
    for seed in range(first, first + count):
        patient = draw(10_000 + seed)
        rng = np.random.default_rng(seed)
        kind = rng.integers(6)
        if kind == 0:
            patient.dtype = np.float32
            patient.X = patient.X.astype(np.float32).astype(float)
        if kind == 1:  # dead ReLUs and saturated units
            patient.net = patient.net.with_params(
                {
                    name: a * 30 if name.startswith("W") and rng.random() < 0.5 else a - 5 * (name == "b1")
                    for name, a in patient.net.params.items()
                }
            )
        if kind == 2:  # small weights
            patient.net = patient.net.with_params({name: 0.01 * a for name, a in patient.net.params.items()})
        if kind == 3:  # inputs of zero, and biases of zero: z is exactly 0
            patient.X[0] = 0
            patient.net = patient.net.with_params(
                {name: 0 * a if name.startswith("b") else a for name, a in patient.net.params.items()}
            )
        grad = patient.grad()
        X, y = patient.data()
        start = time.perf_counter()
        diagnosis = nn.diagnose(patient.loss, grad, patient.params(), X, y)
        times.append(time.perf_counter() - start)
        if diagnosis.network is None:
            unknown.append(
                (seed, repr(patient.net), patient.columns, patient.turned, patient.bias_shape, np.shape(y), int(kind))
            )
        known += diagnosis.network is not None
        if not diagnosis.ok:
            alarms.append(
                (
                    seed,
                    int(kind),
                    [f.mistake for f in diagnosis.findings],
                    diagnosis.wrong,
                    diagnosis.failure,
                    diagnosis.recognised,
                )
            )
    print(f"{count} healthy programs: {len(alarms)} false alarms, {known} recognised")
    print(f"seconds: median {np.median(times):.2f}, 99 % {np.quantile(times, 0.99):.2f}, max {max(times):.2f}")
    for case in unknown[:8]:
        print("  unknown", *case)
    for alarm in alarms[:20]:
        print("  alarm", *alarm)


if __name__ == "__main__":
    what, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    if what == "healthy":
        healthy(count, first)
    else:
        ill(count, first, float(sys.argv[4]) if len(sys.argv) > 4 else 1.0)
