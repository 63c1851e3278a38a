"""How often is the doctor right? Every form of every mistake on random networks, and programs it must not accuse.

    python benchmarks/doctor_accuracy.py ill 7 0 10        # the first of ten parts; each form on 7 networks, and each
                                                           # mistake on 20 or more
    python benchmarks/doctor_accuracy.py healthy 250 0     # 250 programs whose gradient is right, from seed 0
    python benchmarks/doctor_accuracy.py large             # how long it takes with 4 layers and 2,000 parameters
    python benchmarks/doctor_accuracy.py report FILE...    # the tables, from what the parts printed

`ill` prints a line for each planted mistake: its slug is among the findings or not, the first or not. Where two
mistakes give the same numbers on a network, nobody can tell them apart: both have to be among the findings, and the
commoner one has to be the first. `report` counts that, and the first place without this allowance as well.
"""

from __future__ import annotations

import json
import re
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

import nnkit as nn
from nnkit.backprop import backward_of
from nnkit.functions import ACTIVATIONS, LOSSES
from nnkit.mistakes import plant
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
            back = backward_of(net, net.forward(X), y, recipe=recipe)
            grads = {name: self.out(name, g) for name, g in back.grads.items()}
            for name, g in grads.items():
                if name.startswith("W") or self.penalise_biases:
                    grads[name] = g + 2 * self.penalty * np.asarray(params[name], dtype=float)
            return tail(grads, params, len(X)) if tail else grads

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
    """c: a function of the number of examples."""
    return lambda grads, params, n: {name: g * (c(n) if pick(name) else 1) for name, g in grads.items()}


def only(kind):
    return lambda name: name.startswith(kind)


def added(pick, slope):
    """A penalty's slope on the picked parameters."""
    return lambda grads, params, n: {
        name: g + (slope(np.asarray(params[name], dtype=float), n) if pick(name) else 0) for name, g in grads.items()
    }


def tails(patient: Patient):
    """(slug, what is done, change of the returned gradients), for mistakes that are no replaced term."""
    L = patient.net.n_layers
    mean, biased = abs(patient.scale * len(patient.X) - 1) < 1e-9, "b1" in patient.net.params
    yield "sign", "everything", factor(lambda n: -1)
    yield "sign", "the weights", factor(lambda n: -1, only("W"))
    yield "scale", "twice", factor(lambda n: 2)
    yield "scale", "half", factor(lambda n: 0.5)
    yield "scale", "twice, W1", factor(lambda n: 2, only("W1"))
    if mean:
        yield "summed_not_averaged", "everything", factor(lambda n: n)
        yield "averaged_twice", "everything", factor(lambda n: 1 / n)
        yield "summed_not_averaged", "the weights", factor(lambda n: n, only("W"))
    if biased:
        yield "bias_reduction", "averaged once more", factor(lambda n: 1 / n, only("b"))
        yield "missing_param", "no key", lambda grads, params, n: {k: g for k, g in grads.items() if k != f"b{L}"}
        if any(a.any() for name, a in patient.net.params.items() if name[0] == "b") and not patient.penalise_biases:
            yield "regularisation", "on the biases", added(only("b"), lambda theta, n: 0.2 * theta)
    penalised = only("W") if not patient.penalise_biases else lambda name: True
    lam = 2 * patient.penalty
    for what, times in (("missing", -1), ("half", -0.5), ("twice", 1)) if patient.penalty else ():
        yield "regularisation", what, added(penalised, lambda theta, n, times=times: times * lam * theta)
    if patient.penalty:
        yield "regularisation", "times N", added(penalised, lambda theta, n: (n - 1) * lam * theta)
        yield "regularisation", "its square", added(penalised, lambda theta, n: lam * (theta**2 - theta))
    else:
        yield "regularisation", "not in the loss", added(only("W"), lambda theta, n: 0.1 * theta)
    if min(patient.net.params["W1"].shape) > 1:
        yield "transposed", "dW1", lambda grads, params, n: {k: g.T if k == "W1" else g for k, g in grads.items()}
    yield "missing_param", "dW1 is zeros", lambda grads, params, n: {k: g * (k != "W1") for k, g in grads.items()}


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


# --- the runs --------------------------------------------------------------------------------------------------------

NETWORKS = 150  # random networks that are looked through for those in which a mistake can happen


def numbers(patient: Patient, grad):
    """The planted gradient at four settings of the parameters, or None where it raises or is not finite."""
    X, y = patient.data()
    rng, found = np.random.default_rng(1), []
    try:
        with np.errstate(all="ignore"):
            for _ in range(4):
                params = {name: rng.normal(0, 0.7, a.shape) for name, a in patient.params().items()}
                answer = grad(params, X, y)
                found += [np.ravel(answer.get(name, np.zeros(a.shape))) for name, a in params.items()]
    except (ValueError, IndexError):
        return None
    flat = np.concatenate(found)
    return flat if np.isfinite(flat).all() else None


def planted_in(patient: Patient):
    """(slug, what, grad) for everything that can go wrong in this network, the commoner first: factors, then terms."""
    for slug, what, tail in tails(patient):
        yield slug, what, patient.grad(tail=tail)
    for form in forms(patient.net, patient.y):
        yield form.slug, re.sub(r"\d+", "#", form.says), patient.grad(recipe_of(form))
    if patient.net.n_layers > 1:
        for step in (0.5, 0.03):
            yield "updated_weights", f"a step of {step}", updated(patient, step)
    yield "stateful", "accumulates", stateful(patient)


SLUGS_OF_FORMS = {form.slug for seed in range(12) for form in forms(draw(seed).net, draw(seed).y)} - {
    "transposed",
    "scale",
}
LEAST = 20  # networks for a mistake that has one form only


def ill(times: int, part: int, parts: int) -> None:
    """Plant each form of this part in as many networks, and print what the doctor says of each."""
    planted: Counter = Counter()
    for seed in range(NETWORKS):
        patient = draw(seed)
        right, seen, of_this_network = numbers(patient, patient.grad()), {}, set()
        X, y = patient.data()
        for slug, what, grad in planted_in(patient):
            mine = zlib.crc32(f"{slug}{what}".encode()) % parts == part
            enough = times if slug in SLUGS_OF_FORMS else max(times, LEAST)
            if planted[slug, what] >= enough or (slug, what) in of_this_network:
                continue
            wrong = numbers(patient, grad)
            size = None if wrong is None else float(np.linalg.norm(wrong))
            kept = slug == "stateful" or (wrong is not None and "no key" in what)
            if not kept and (size is None or np.linalg.norm(wrong - right) <= 1e-4 * np.linalg.norm(right)):
                continue
            key = () if kept else (*np.round(wrong / max(size, 1e-300), 8), float(f"{size:.7g}"))
            first = seen.setdefault(key, slug) if key else slug
            if not mine:
                continue
            of_this_network.add((slug, what))
            planted[slug, what] += 1
            start = time.perf_counter()
            diagnosis = nn.diagnose(patient.loss, grad, patient.params(), X, y)
            seconds = time.perf_counter() - start
            slugs = [found.mistake for found in diagnosis.findings]
            line = {"slug": slug, "what": what, "seed": seed, "found": slugs, "seconds": round(seconds, 3)}
            print(json.dumps(line | {"commoner": first, "failure": diagnosis.failure}), flush=True)


def report(paths: list[str]) -> None:
    """The table of what the parts of `ill` printed."""
    lines = [json.loads(line) for path in paths for line in open(path) if line.startswith("{")]
    rows = defaultdict(list)
    for line in lines:
        found = line["found"]
        rows[line["slug"]].append((line["slug"] in found, found[:1] == [line["commoner"]], found[:1] == [line["slug"]]))
    print(f"{'mistake':36}{'forms':>7}{'planted':>9}{'among':>8}{'first':>8}{'of equals':>11}")
    kinds = Counter(slug for slug, _ in {(line["slug"], line["what"]) for line in lines})
    everything = [one for row in rows.values() for one in row]
    for slug, row in [*sorted(rows.items()), ("all", everything)]:
        among, first, strictly = np.mean(row, axis=0)
        kind = kinds[slug] or sum(kinds.values())
        print(f"{slug:36}{kind:7}{len(row):9}{among:8.1%}{first:8.1%}{strictly:11.1%}")
    seconds = np.array([line["seconds"] for line in lines])
    print(f"seconds: median {np.median(seconds):.2f}, 99 % {np.quantile(seconds, 0.99):.2f}, max {seconds.max():.2f}")
    missed, behind = defaultdict(list), defaultdict(list)
    for line in lines:
        if line["slug"] not in line["found"]:
            missed[line["slug"], line["what"]].append(line)
        elif line["found"][0] != line["commoner"]:
            behind[line["commoner"], line["found"][0], line["what"]].append(line)
    for title, groups in (("missed", missed), ("not first", behind)):
        for key, group in sorted(groups.items(), key=lambda item: -len(item[1])):
            print(f"  {title}, {len(group)} times:", *key, [(g["seed"], g["found"][:3]) for g in group[:3]])


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


def large() -> None:
    """How long it takes at four layers, 2,000 parameters and 200 examples: right, with a mistake, with one unknown."""

    def bent(grads, params, n):
        return {name: np.sign(g) * np.abs(g) ** 0.9 for name, g in grads.items()}

    times = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        sizes, n = [(30, 25, 25, 15, 10), (16, 40, 25, 8, 3), (64, 24, 12, 8, 4)][seed % 3], 200
        hidden = [str(rng.choice(["relu", "tanh", "sigmoid"])) for _ in sizes[1:-1]]
        net = nn.Network.create(sizes, hidden=hidden, output="softmax", loss="cross_entropy_sum", rng=seed)
        labels = np.eye(sizes[-1])[rng.integers(0, sizes[-1], n)]
        X = rng.normal(size=(n, sizes[0]))
        patient = Patient(net, X, labels, labels, False, False, lambda n: 1 / n, 0.0, False, "flat", np.float64)
        slope = plant("activation_slope_missing", layer=2)
        for what, grad in {
            "right": patient.grad(),
            "wrong": patient.grad(slope),
            "odd": patient.grad(tail=bent),
        }.items():
            start = time.perf_counter()
            diagnosis = nn.diagnose(patient.loss, grad, patient.params(), X, labels)
            times.append(time.perf_counter() - start)
            found = [f.mistake for f in diagnosis.findings][:2]
            print(f"{sum(a.size for a in net.params.values())} parameters, {what}: {times[-1]:.2f} s", *hidden, found)
    print(f"seconds: median {np.median(times):.2f}, max {max(times):.2f}")


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "report":
        report(rest)
    else:
        {"ill": ill, "healthy": healthy, "large": large}[command](*map(int, rest))
