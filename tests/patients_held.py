"""A third ward, written after the doctor was mended for the second, to see what that was worth.

As in `patients_wild`: each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward, rng, sigmoid

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


def leaky(z, k=0.01):
    return np.where(z > 0, z, k * z)


# --- a regressor [2, 8, 8, 1], leaky, (out, in), columns, mean squared error with a half -----------------------------


def regressor(**changed):
    how = {
        "start": lambda a, y, m: (a - y) / m,
        "gate": lambda z, a: np.where(z > 0, 1.0, 0.01),
        "back": lambda W, d: W.T @ d,
        "outer": lambda d, a: d @ a.T,
        "total": lambda d: d.sum(axis=1, keepdims=True),
    } | changed

    def run(q, X):
        zs, acts = [], [X]
        for i in range(3):
            zs.append(q[f"weight{i}"] @ acts[-1] + q[f"bias{i}"])
            acts.append(leaky(zs[-1]) if i < 2 else zs[-1])
        return zs, acts

    def cost(q, X, Y):
        return np.sum((run(q, X)[1][-1] - Y) ** 2) / (2 * X.shape[1])

    def backprop(q, X, Y):
        zs, acts = run(q, X)
        d, out = how["start"](acts[-1], Y, X.shape[1]), {}
        for i in (2, 1, 0):
            out[f"weight{i}"], out[f"bias{i}"] = how["outer"](d, acts[i]), how["total"](d)
            if i:
                d = how["back"](q[f"weight{i}"], d) * how["gate"](zs[i - 1], acts[i])
        return out

    r, sizes, q = rng(301), (2, 8, 8, 1), {}
    for i in range(3):
        q[f"weight{i}"] = r.normal(size=(sizes[i + 1], sizes[i])) * 0.6
        q[f"bias{i}"] = r.normal(size=(sizes[i + 1], 1)) * 0.1
    return cost, backprop, q, r.normal(size=(2, 11)), r.normal(size=(1, 11))


@healthy
def regressor_right():
    return regressor()


@ill("relu_mask")
def regressor_zero_below():
    return regressor(gate=lambda z, a: (z > 0) * 1.0)


@ill("relu_mask")
def regressor_leak_of_another_size():
    return regressor(gate=lambda z, a: np.where(z > 0, 1.0, 0.2))


@ill("activation_slope_missing", "relu_mask")
def regressor_no_gate():
    return regressor(gate=lambda z, a: 1.0)


@ill("scale")
def regressor_two_over_m():
    return regressor(start=lambda a, y, m: 2 * (a - y) / m)


@ill("summed_not_averaged")
def regressor_sum():
    return regressor(start=lambda a, y, m: a - y)


@ill("wrong_matrix_carried_back", "transposed")
def regressor_no_transpose_between_equal_layers():
    return regressor(back=lambda W, d: W @ d if W.shape[0] == W.shape[1] else W.T @ d)


@ill("bias_reduction")
def regressor_bias_is_last():
    return regressor(total=lambda d: d[:, -1:])


@ill("bias_reduction", "summed_not_averaged", "averaged_twice")
def regressor_bias_mean():
    return regressor(total=lambda d: d.mean(axis=1, keepdims=True))


@ill("dot_vs_elementwise")
def regressor_products_of_sums():
    return regressor(outer=lambda d, a: d.sum(1, keepdims=True) @ a.mean(1, keepdims=True).T)


@ill("label_not_subtracted", "sign")
def regressor_plus():
    return regressor(start=lambda a, y, m: (a + y) / m)


@ill("different_loss")
def regressor_absolute():
    return regressor(start=lambda a, y, m: np.sign(a - y) / m)


@ill("sign", "summed_not_averaged")
def regressor_sign_and_sum():
    return regressor(start=lambda a, y, m: y - a)


# --- a classifier in a class, softmax, labels 1 ... K, L2 on all matrices, theta kept as a dict of W only ------------


class Classifier:
    def __init__(self, lam=0.1, onehot=None, grad_out=None, decay=None, inner=None):
        self.lam, self.K = lam, 4
        self.onehot = onehot or (lambda t: np.eye(4)[t - 1])
        self.grad_out = grad_out or (lambda P, T: (P - T) / len(T))
        self.decay = decay or (lambda W, n: self.lam * W)
        self.inner = inner or (lambda H: 1 - np.square(H))

    def scores(self, p, X):
        self.H = np.tanh(X @ p["V"])
        S = self.H @ p["U"]
        E = np.exp(S - S.max(1)[:, None])
        return E / E.sum(1)[:, None]

    def loss(self, p, X, t):
        P = self.scores(p, X)
        return -np.mean(np.log(P[np.arange(len(t)), t - 1])) + self.lam / 2 * sum(np.sum(W * W) for W in p.values())

    def grads(self, p, X, t):
        d = self.grad_out(self.scores(p, X), self.onehot(t))
        return {
            "U": self.H.T @ d + self.decay(p["U"], len(t)),
            "V": X.T @ ((d @ p["U"].T) * self.inner(self.H)) + self.decay(p["V"], len(t)),
        }


def classifier(**how):
    c, r = Classifier(**how), rng(302)
    return (c.loss, c.grads, {"V": r.normal(size=(5, 6)), "U": r.normal(size=(6, 4))}, r.normal(size=(9, 5)),
            np.array([1, 2, 3, 4, 4, 3, 2, 1, 2]))  # fmt: skip


@healthy
def classifier_right():
    return classifier()


@ill("labels_misaligned")
def classifier_off_by_one_labels():
    return classifier(onehot=lambda t: np.eye(4)[t % 4])


@ill("regularisation")
def classifier_decay_over_n():
    return classifier(decay=lambda W, n: 0.1 * W / n)


@ill("regularisation")
def classifier_no_decay():
    return classifier(decay=lambda W, n: 0)


@ill("regularisation", "sign")
def classifier_decay_minus():
    return classifier(decay=lambda W, n: -0.1 * W)


@ill("activation_slope_of_activation", "activation_slope_missing")
def classifier_slope_one_minus_h():
    return classifier(inner=lambda H: 1 - H)


@ill("activation_slope_of_activation", "activation_formula_on_preactivation")
def classifier_tanh_of_tanh():
    return classifier(inner=lambda H: 1 - np.tanh(H) ** 2)


@ill("softmax_jacobian", "activation_slope_extra")
def classifier_p_one_minus_p():
    return classifier(grad_out=lambda P, T: (P - T) * P * (1 - P) / len(T))


@ill("different_loss", "label_not_subtracted")
def classifier_hard_predictions():
    return classifier(grad_out=lambda P, T: (np.eye(4)[P.argmax(1)] - T) / len(T))


@ill("labels_misaligned", "broadcast", "averaged_twice", "scale", "summed_not_averaged")
def classifier_divides_by_size():
    return classifier(grad_out=lambda P, T: (P - T) / T.size)


# --- a single-example loop with += on global-like dicts, [3, 4, 4, 2], sigmoid, sum of squares -----------------------


def looped(term=lambda o, t: 2 * (o - t) * o * (1 - o), h2=None, h1=None, keep=None, reset=True):
    store = {}

    def feed(p, x):
        a = sigmoid(p["A"].dot(x))
        b = sigmoid(p["B"].dot(a))
        return a, b, sigmoid(p["C"].dot(b))

    def loss(p, X, T):
        return sum(((feed(p, x)[2] - t) ** 2).sum() for x, t in zip(X, T))

    def grad(p, X, T):
        if reset or not store:
            store.update({k: np.zeros_like(v) for k, v in p.items()})
        for x, t in zip(X, T):
            a, b, o = feed(p, x)
            do = term(o, t)
            db = (h2 or (lambda d, W, u: (W.T @ d) * u * (1 - u)))(do, p["C"], b)
            da = (h1 or (lambda d, W, u, do, C: (W.T @ d) * u * (1 - u)))(db, p["B"], a, do, p["C"])
            store["C"] += np.outer(do, b)
            store["B"] += np.outer(db, a)
            store["A"] += np.outer(da, x)
        return {k: v.copy() for k, v in store.items()}

    r = rng(303)
    p = {"A": r.normal(size=(4, 3)), "B": r.normal(size=(4, 4)), "C": r.normal(size=(2, 4))}
    return loss, grad, p, r.normal(size=(6, 3)), r.integers(0, 2, (6, 2)).astype(float)


@healthy
def looped_right():
    return looped()


@ill("stateful")
def looped_never_reset():
    return looped(reset=False)


@ill("delta_not_carried", "wrong_matrix_carried_back")
def looped_skips_a_layer():
    """delta 1 comes from delta 3 through C."""
    return looped(h1=lambda d, W, u, do, C: (C.T @ do) * u * (1 - u))


@ill("wrong_matrix_carried_back", "transposed")
def looped_untransposed():
    return looped(h1=lambda d, W, u, do, C: (W @ d) * u * (1 - u))


@ill("activation_slope_missing")
def looped_no_slope_in_the_first():
    return looped(h1=lambda d, W, u, do, C: W.T @ d)


@ill("scale")
def looped_half():
    return looped(term=lambda o, t: (o - t) * o * (1 - o))


@ill("loss_in_place_of_slope", "scalar_cost")
def looped_square_for_error():
    return looped(term=lambda o, t: (o - t) ** 2 * o * (1 - o))


@ill("activation_slope_missing", "different_loss")
def looped_no_output_slope():
    return looped(term=lambda o, t: 2 * (o - t))


@ill("activation_slope_of_activation")
def looped_slope_of_output():
    return looped(term=lambda o, t: 2 * (o - t) * sigmoid(o) * (1 - sigmoid(o)))


@ill("broadcast", "dot_vs_elementwise", "scale", "loss_in_place_of_slope", "scalar_cost")
def looped_total_error():
    """The errors of both outputs are summed, and each output gets the sum."""
    return looped(term=lambda o, t: 2 * (o - t).sum() * o * (1 - o))


# --- odds and ends ---------------------------------------------------------------------------------------------------


def poly(scale=1.0, wrong=False):
    """w0 + w1 x + w2 x², unscaled inputs."""

    def design(x):
        return np.stack([np.ones_like(x), x, x**2], axis=1)

    def loss(p, x, y):
        return ((design(x) @ p["w"] - y) ** 2).sum() / (2 * len(x))

    def grad(p, x, y):
        e = design(x) @ p["w"] - y
        return {"w": design(x).T @ (e if not wrong else np.abs(e)) / len(x) * scale}

    x = np.arange(1.0, 8.0)
    return loss, grad, {"w": np.array([0.1, 0.2, 0.3])}, x, x**2 - 3


@healthy
def poly_right():
    return poly()


@ill("loss_in_place_of_slope")
def poly_size_of_error():
    return poly(wrong=True)


def float_net(dtype, cast=True):
    def loss(p, X, y):
        h = np.maximum(X @ p["W1"] + p["b1"], 0)
        return np.mean((h @ p["W2"] - y) ** 2)

    def grad(p, X, y):
        z = X @ p["W1"] + p["b1"]
        h = np.maximum(z, 0)
        d = 2 * (h @ p["W2"] - y) / y.size
        dz = d @ p["W2"].T
        dz[z < 0] = 0
        return {"W1": (X.T @ dz).astype(dtype), "b1": dz.sum(0).astype(dtype), "W2": (h.T @ d).astype(dtype)}

    r = rng(304)
    p = {"W1": r.normal(size=(6, 10)), "b1": np.zeros(10), "W2": r.normal(size=(10, 2))}
    return (
        loss,
        grad,
        {k: v.astype(dtype) for k, v in p.items()},
        r.normal(size=(16, 6)).astype(dtype),
        r.normal(size=(16, 2)).astype(dtype),
    )


@healthy
def float32_net():
    return float_net(np.float32)


@healthy
def float64_net():
    return float_net(np.float64)


@healthy
def all_dead():
    loss, grad, p, X, y = float_net(np.float64)
    return loss, grad, p | {"b1": np.full(10, -100.0)}, X, y


@healthy
def perceptron_loss():
    def loss(p, X, t):
        return np.maximum(0, -t * (X @ p["w"])).sum()

    def grad(p, X, t):
        wrong = t * (X @ p["w"]) < 0
        return {"w": -(t[wrong][:, None] * X[wrong]).sum(axis=0)}

    r = rng(305)
    return loss, grad, {"w": r.normal(size=4)}, r.normal(size=(12, 4)), np.where(r.random(12) > 0.5, 1, -1)


@healthy
def per_layer_penalty():
    def loss(p, X, y):
        return np.mean((sigmoid(X @ p["a"]) @ p["b"] - y) ** 2) + 0.01 * np.sum(p["a"] ** 2) + 0.3 * np.sum(p["b"] ** 2)

    def grad(p, X, y):
        h = sigmoid(X @ p["a"])
        d = 2 * (h @ p["b"] - y) / y.size
        return {"a": X.T @ (d @ p["b"].T * h * (1 - h)) + 0.02 * p["a"], "b": h.T @ d + 0.6 * p["b"]}

    r = rng(306)
    return (
        loss,
        grad,
        {"a": r.normal(size=(3, 5)), "b": r.normal(size=(5, 2))},
        r.normal(size=(8, 3)),
        r.normal(size=(8, 2)),
    )


@ill("regularisation")
def per_layer_penalty_swapped():
    loss, grad, p, X, y = per_layer_penalty()

    def swapped(p, X, y):
        g = grad(p, X, y)
        return {"a": g["a"] + 0.58 * p["a"], "b": g["b"] - 0.58 * p["b"]}

    return loss, swapped, p, X, y


@healthy
def tiny_slopes():
    """Everything is multiplied by 1e-10."""
    loss, grad, p, X, y = float_net(np.float64)
    return (
        (lambda p, X, y: 1e-10 * loss(p, X, y)),
        (lambda p, X, y: {k: 1e-10 * g for k, g in grad(p, X, y).items()}),
        p,
        X,
        y,
    )


@ill("missing_param")
def renamed_keys():
    loss, grad, p, X, y = float_net(np.float64)
    return loss, lambda p, X, y: {f"grad_{k}": g for k, g in grad(p, X, y).items()}, p, X, y


@ill("wrong_shape", "transposed")
def flat_gradient():
    loss, grad, p, X, y = float_net(np.float64)
    return loss, lambda p, X, y: {k: g.ravel() for k, g in grad(p, X, y).items()}, p, X, y


@ill("updated_weights")
def updates_second_layer_first():
    loss, _, p, X, y = float_net(np.float64)

    def grad(p, X, y):
        p = {k: v.copy() for k, v in p.items()}
        z = X @ p["W1"] + p["b1"]
        h = np.maximum(z, 0)
        d = 2 * (h @ p["W2"] - y) / y.size
        g2 = h.T @ d
        p["W2"] -= 0.01 * g2
        dz = d @ p["W2"].T * (z > 0)
        return {"W1": X.T @ dz, "b1": dz.sum(0), "W2": g2}

    return loss, grad, p, X, y


CASES = WARD.cases
