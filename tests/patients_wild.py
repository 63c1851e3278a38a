"""Programs as learners write them, in many styles, ill and healthy: what the doctor has to tell apart.

Each function returns (loss, grad, params, X, y). `ill` names the slugs that are right; the first finding should be one
of them. `healthy` programs have a right gradient, also where it looks wrong.
"""

from __future__ import annotations

import numpy as np
from ward import Ward, rng, sigmoid

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


def softmax_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


XOR_X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
XOR_Y = np.array([[0.0], [1], [1], [0]])


# --- one neuron ------------------------------------------------------------------------------------------------------


def neuron(error, slope, cost=lambda a, y: np.sum((y - a) ** 2), seed=1):
    """OR with one sigmoid neuron without a bias, in the style of the eleven-line network."""

    def loss(p, X, y):
        return cost(sigmoid(np.dot(X, p["syn0"])), y)

    def grad(p, X, y):
        l1 = sigmoid(np.dot(X, p["syn0"]))
        return {"syn0": -np.dot(X.T, error(l1, y) * slope(l1, X @ p["syn0"], y))}

    X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [0.5, 0.2, 1]])
    return loss, grad, {"syn0": 2 * rng(seed).random((3, 1)) - 1}, X, np.array([[0.0, 1, 1, 1, 0]]).T


@healthy
def eleven_lines():
    return neuron(lambda a, y: 2 * (y - a), lambda a, z, y: a * (1 - a))


@ill("scale")
def eleven_lines_no_two():
    return neuron(lambda a, y: y - a, lambda a, z, y: a * (1 - a))


@ill("activation_slope_of_activation")
def eleven_lines_slope_of_output():
    return neuron(lambda a, y: 2 * (y - a), lambda a, z, y: sigmoid(a) * (1 - sigmoid(a)))


@ill("activation_formula_on_preactivation")
def eleven_lines_formula_at_z():
    return neuron(lambda a, y: 2 * (y - a), lambda a, z, y: z * (1 - z))


@ill("sign")
def eleven_lines_sign():
    return neuron(lambda a, y: 2 * (a - y), lambda a, z, y: a * (1 - a))


@ill("activation_slope_missing", "different_loss")
def eleven_lines_no_slope():
    return neuron(lambda a, y: 2 * (y - a), lambda a, z, y: 1)


@ill("activation_slope_of_error")
def eleven_lines_slope_of_error():
    return neuron(lambda a, y: 2 * (y - a), lambda a, z, y: (y - a) * (1 - (y - a)))


@ill("loss_in_place_of_slope")
def or_with_squared_error():
    return neuron(lambda a, y: -((y - a) ** 2), lambda a, z, y: a * (1 - a))


@ill("loss_in_place_of_slope")
def or_squared_error_and_no_slope():
    return neuron(lambda a, y: -((y - a) ** 2), lambda a, z, y: 1)


@ill("loss_in_place_of_slope")
def or_cost_times_derivative():
    def error(a, y):
        cost = (y - a) ** 2
        return -cost * 2 * cost

    return neuron(error, lambda a, z, y: a * (1 - a))


# --- logistic regression ---------------------------------------------------------------------------------------------


def logistic_columns(dw, db, reg=0.0):
    def forward(p, X):
        return sigmoid(np.dot(p["w"].T, X) + p["b"])

    def loss(p, X, Y):
        A, m = forward(p, X), X.shape[1]
        return -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) + reg / (2 * m) * np.sum(p["w"] ** 2)

    def grad(p, X, Y):
        A, m = forward(p, X), X.shape[1]
        return {"w": dw(A, Y, X, m, p), "b": db(A, Y, m)}

    r = rng(4)
    return loss, grad, {"w": r.normal(size=(4, 1)), "b": 0.0}, r.normal(size=(4, 7)), r.integers(0, 2, (1, 7))


@healthy
def logistic_cats():
    return logistic_columns(lambda A, Y, X, m, p: 1 / m * X @ (A - Y).T, lambda A, Y, m: 1 / m * np.sum(A - Y))


@ill("summed_not_averaged", "bias_reduction")
def logistic_cats_bias_summed():
    return logistic_columns(lambda A, Y, X, m, p: 1 / m * X @ (A - Y).T, lambda A, Y, m: np.sum(A - Y))


@ill("activation_slope_extra", "different_loss")
def logistic_cats_extra_slope():
    return logistic_columns(
        lambda A, Y, X, m, p: 1 / m * X @ ((A - Y) * A * (1 - A)).T,
        lambda A, Y, m: 1 / m * np.sum((A - Y) * A * (1 - A)),
    )


@ill("regularisation")
def logistic_cats_no_penalty():
    return logistic_columns(lambda A, Y, X, m, p: 1 / m * X @ (A - Y).T, lambda A, Y, m: 1 / m * np.sum(A - Y), reg=0.7)


@healthy
def logistic_cats_penalty():
    return logistic_columns(
        lambda A, Y, X, m, p: 1 / m * X @ (A - Y).T + 0.7 / m * p["w"], lambda A, Y, m: 1 / m * np.sum(A - Y), reg=0.7
    )


@ill("regularisation")
def logistic_cats_penalty_not_averaged():
    return logistic_columns(
        lambda A, Y, X, m, p: 1 / m * X @ (A - Y).T + 0.7 * p["w"], lambda A, Y, m: 1 / m * np.sum(A - Y), reg=0.7
    )


@ill("label_not_subtracted")
def logistic_cats_no_label():
    return logistic_columns(lambda A, Y, X, m, p: 1 / m * X @ A.T, lambda A, Y, m: 1 / m * np.sum(A))


def logistic_vector(make_grad, eps=0.0, seed=5):
    def loss(p, X, y):
        h = sigmoid(X.dot(p["theta"]))
        return float(np.mean(-y * np.log(h + eps) - (1 - y) * np.log(1 - h + eps)))

    r = rng(seed)
    X = np.c_[np.ones(8), r.normal(size=(8, 3))]
    return loss, make_grad, {"theta": np.zeros(4)}, X, r.integers(0, 2, 8)


@healthy
def ng_logistic():
    return logistic_vector(lambda p, X, y: {"theta": X.T.dot(sigmoid(X.dot(p["theta"])) - y) / y.size})


@healthy
def ng_logistic_with_epsilon():
    return logistic_vector(lambda p, X, y: {"theta": X.T.dot(sigmoid(X.dot(p["theta"])) - y) / y.size}, eps=1e-5)


@ill("averaged_twice")
def ng_logistic_averaged_twice():
    return logistic_vector(
        lambda p, X, y: {"theta": X.T.dot((sigmoid(X.dot(p["theta"])) - y) / y.size) / y.size}, eps=1e-8
    )


@ill("sign")
def ng_logistic_ascent():
    return logistic_vector(lambda p, X, y: {"theta": X.T.dot(y - sigmoid(X.dot(p["theta"]))) / y.size})


@ill("summed_not_averaged", "sign")
def ng_logistic_ascent_summed():
    return logistic_vector(lambda p, X, y: {"theta": X.T.dot(y - sigmoid(X.dot(p["theta"])))})


@ill("broadcast", "dot_vs_elementwise")
def ng_logistic_broadcast():
    def grad(p, X, y):
        h = sigmoid(X.dot(p["theta"])).reshape(-1, 1)
        error = h - y  # (N, N)
        return {"theta": X.T.dot(error).mean(axis=1) / y.size}

    return logistic_vector(grad)


@ill("wrong_shape", "broadcast")
def ng_logistic_broadcast_shape():
    def grad(p, X, y):
        h = sigmoid(X.dot(p["theta"])).reshape(-1, 1)
        return {"theta": X.T.dot(h - y) / y.size}

    return logistic_vector(grad)


@healthy
def logistic_plus_minus_one():
    def loss(p, X, y):
        return np.log(1 + np.exp(-y * (X @ p["w"] + p["b"]))).mean()

    def grad(p, X, y):
        s = -y / (1 + np.exp(y * (X @ p["w"] + p["b"])))
        return {"w": X.T @ s / len(y), "b": s.mean()}

    r = rng(6)
    return (
        loss,
        grad,
        {"w": r.normal(size=3), "b": np.array(0.1)},
        r.normal(size=(6, 3)),
        np.array([1, -1, 1, 1, -1, -1]),
    )


@ill("label_not_subtracted", "loss_in_place_of_slope")
def logistic_plus_minus_one_without_label():
    loss, _, params, X, y = logistic_plus_minus_one()

    def grad(p, X, y):
        s = -1 / (1 + np.exp(y * (X @ p["w"] + p["b"])))
        return {"w": X.T @ s / len(y), "b": s.mean()}

    return loss, grad, params, X, y


# --- linear regression -----------------------------------------------------------------------------------------------


def line(dw, db, cost=lambda e: np.mean(e**2)):
    def loss(p, X, y):
        return cost(p["w"] * X + p["b"] - y)

    def grad(p, X, y):
        e = p["w"] * X + p["b"] - y
        return {"w": dw(e, X), "b": db(e)}

    X = np.array([1.0, 2, 3, 4, 5, 7])
    return loss, grad, {"w": 0.5, "b": 0.1}, X, 2 * X + 1 + np.array([0.1, -0.2, 0, 0.3, -0.1, 0.05])


@healthy
def line_right():
    return line(lambda e, X: 2 * np.mean(e * X), lambda e: 2 * np.mean(e))


@ill("scale")
def line_no_two():
    return line(lambda e, X: np.mean(e * X), np.mean)


@ill("summed_not_averaged")
def line_summed():
    return line(lambda e, X: np.sum(e * X), np.sum, lambda e: 0.5 * np.mean(e**2))


@ill("wrong_cached_input", "bias_reduction")
def line_bias_with_input():
    return line(lambda e, X: 2 * np.mean(e * X), lambda e: 2 * np.mean(e * np.array([1.0, 2, 3, 4, 5, 7])))


@ill("scalar_cost", "dot_vs_elementwise", "broadcast")
def line_product_of_means():
    return line(lambda e, X: 2 * np.mean(e) * np.mean(X), lambda e: 2 * np.mean(e))


@ill("different_loss")
def line_absolute():
    return line(lambda e, X: np.mean(np.sign(e) * X), lambda e: np.mean(np.sign(e)))


@healthy
def line_rmse():
    return line(
        lambda e, X: np.mean(e * X) / np.sqrt(np.mean(e**2)),
        lambda e: np.mean(e) / np.sqrt(np.mean(e**2)),
        lambda e: np.sqrt(np.mean(e**2)),
    )


@ill("different_loss")
def line_rmse_with_slope_of_mse():
    return line(lambda e, X: 2 * np.mean(e * X), lambda e: 2 * np.mean(e), lambda e: np.sqrt(np.mean(e**2)))


@ill("updated_weights")
def line_not_simultaneous():
    def loss(p, X, y):
        return np.sum((p["t0"] + p["t1"] * X - y) ** 2) / (2 * len(X))

    def grad(p, X, y):
        d0 = np.sum(p["t0"] + p["t1"] * X - y) / len(X)
        t0 = p["t0"] - 0.05 * d0
        d1 = np.sum((t0 + p["t1"] * X - y) * X) / len(X)
        return {"t0": d0, "t1": d1}

    r = rng(7)
    X = r.normal(size=9)
    return loss, grad, {"t0": 0.0, "t1": 0.0}, X, 3 * X - 1


def squares(factor):
    def features(x):
        return np.column_stack([x, x**2])

    def loss(p, x, y):
        return np.mean((p["b"] + features(x) @ p["w"] - y) ** 2)

    def grad(p, x, y):
        e = p["b"] + features(x) @ p["w"] - y
        return {"b": factor * 2 * e.mean(), "w": 2 * features(x).T @ e / len(x)}

    x = np.array([1.0, 2, 3, 4, 5])
    return loss, grad, {"b": 0.0, "w": np.array([0.5, 0.5])}, x, x**2


@healthy
def squared_features():
    return squares(1)


@ill("sign")
def squared_features_bias_sign():
    return squares(-1)


@ill("regularisation")
def ridge_penalises_bias():
    def loss(p, X, y):
        return 0.5 * np.mean((X @ p["w"] + p["b"] - y) ** 2) + 0.1 * np.sum(p["w"] ** 2)

    def grad(p, X, y):
        e = X @ p["w"] + p["b"] - y
        return {"w": X.T @ e / len(y) + 0.2 * p["w"], "b": e.mean() + 0.2 * p["b"]}

    r = rng(8)
    return loss, grad, {"w": r.normal(size=4), "b": 0.7}, r.normal(size=(9, 4)), r.normal(size=9)


def ridge_on_ones(slope):
    """X begins with a column of ones, and the penalty leaves its weight out."""

    def loss(p, X, y):
        m = len(y)
        return np.sum((X @ p["t"] - y) ** 2) / (2 * m) + 0.3 / (2 * m) * p["t"][1:] @ p["t"][1:]

    def grad(p, X, y):
        return {"t": X.T @ (X @ p["t"] - y) / len(y) + 0.3 / len(y) * slope(p["t"])}

    r = rng(30)
    return loss, grad, {"t": np.zeros(4)}, np.c_[np.ones(7), r.normal(size=(7, 3))], r.normal(size=7)


@healthy
def ridge_on_ones_right():
    return ridge_on_ones(lambda t: np.r_[0, t[1:]])


@ill("regularisation")
def ridge_on_ones_penalises_all():
    return ridge_on_ones(lambda t: t)


@ill("regularisation")
def ridge_on_ones_without_penalty():
    return ridge_on_ones(lambda t: 0 * t)


def threshold_input(slope):
    """A last input of -1 stands for the threshold; tanh, labels -1 and 1."""

    def forward(p, X):
        Xb = np.c_[X, -np.ones(len(X))]
        return Xb, np.tanh(Xb @ p["w"])

    def loss(p, X, y):
        return 0.5 * np.sum((forward(p, X)[1] - y) ** 2)

    def grad(p, X, y):
        Xb, a = forward(p, X)
        return {"w": Xb.T @ ((a - y) * slope(a))}

    r = rng(31)
    return loss, grad, {"w": r.normal(size=3)}, r.normal(size=(6, 2)), np.array([1, -1, 1, -1, -1, 1])


@healthy
def threshold_input_right():
    return threshold_input(lambda a: 1 - a * a)


@ill("activation_slope_of_activation")
def threshold_input_sigmoid_slope():
    return threshold_input(lambda a: a * (1 - a))


# --- perceptrons and hinges ------------------------------------------------------------------------------------------


def hinge(grad, lam=0.01):
    def loss(p, X, y):
        return np.maximum(0, 1 - y * (X @ p["w"] + p["b"])).mean() + lam * np.sum(p["w"] ** 2)

    r = rng(9)
    return loss, grad, {"w": r.normal(size=3), "b": 0.2}, r.normal(size=(8, 3)), np.array([1, -1, 1, 1, -1, -1, 1, -1])


@healthy
def svm():
    def grad(p, X, y):
        m = (y * (X @ p["w"] + p["b"]) < 1).astype(float)
        return {"w": -(X.T @ (m * y)) / len(y) + 2 * 0.01 * p["w"], "b": -(m * y).mean()}

    return hinge(grad)


@ill("regularisation")
def svm_half_penalty():
    def grad(p, X, y):
        m = (y * (X @ p["w"] + p["b"]) < 1).astype(float)
        return {"w": -(X.T @ (m * y)) / len(y) + 0.01 * p["w"], "b": -(m * y).mean()}

    return hinge(grad)


@ill("sign")
def svm_sign():
    def grad(p, X, y):
        m = (y * (X @ p["w"] + p["b"]) < 1).astype(float)
        return {"w": X.T @ (m * y) / len(y) + 2 * 0.01 * p["w"], "b": (m * y).mean()}

    return hinge(grad)


@ill("different_loss")
def svm_with_perceptron_rule():
    def grad(p, X, y):
        m = (y * (X @ p["w"] + p["b"]) < 0).astype(float)
        return {"w": -(X.T @ (m * y)) / len(y) + 2 * 0.01 * p["w"], "b": -(m * y).mean()}

    return hinge(grad)


@ill("label_not_subtracted", "different_loss")
def svm_without_label():
    def grad(p, X, y):
        m = (y * (X @ p["w"] + p["b"]) < 1).astype(float)
        return {"w": -(X.T @ m) / len(y) + 2 * 0.01 * p["w"], "b": -m.mean()}

    return hinge(grad)


def margins(backward):
    def scores(p, X):
        return X.dot(p["W"])

    def loss(p, X, y):
        s = scores(p, X)
        m = np.maximum(0, s - s[np.arange(len(y)), y][:, None] + 1)
        m[np.arange(len(y)), y] = 0
        return m.sum() / len(y) + 0.1 * np.sum(p["W"] ** 2)

    def grad(p, X, y):
        s = scores(p, X)
        m = np.maximum(0, s - s[np.arange(len(y)), y][:, None] + 1)
        m[np.arange(len(y)), y] = 0
        return {"W": backward(X, y, (m > 0).astype(float), p["W"])}

    r = rng(10)
    return loss, grad, {"W": r.normal(size=(5, 3))}, r.normal(size=(9, 5)), r.integers(0, 3, 9)


@healthy
def cs231n_svm():
    def backward(X, y, b, W):
        b[np.arange(len(y)), y] = -b.sum(axis=1)
        return X.T @ b / len(y) + 0.2 * W

    return margins(backward)


@ill("label_not_subtracted")
def cs231n_svm_no_correct_class():
    return margins(lambda X, y, b, W: X.T @ b / len(y) + 0.2 * W)


@ill("regularisation")
def cs231n_svm_penalty():
    def backward(X, y, b, W):
        b[np.arange(len(y)), y] = -b.sum(axis=1)
        return X.T @ b / len(y) + 0.1 * W

    return margins(backward)


# --- softmax classifiers ---------------------------------------------------------------------------------------------


def softmax_classifier(change=lambda p, y: p, reg=0.05, slope=None, norm=len, loops=False, shape_loss=None):
    def loss(p, X, y):
        probs = softmax_rows(X @ p["W"] + p["b"])
        data = -np.log(probs[np.arange(len(y)), y]).mean()
        return data + 0.5 * reg * np.sum(p["W"] * p["W"])

    def grad(p, X, y):
        d = change(softmax_rows(X @ p["W"] + p["b"]), y) / norm(y)
        dW = X.T @ d
        return {"W": dW + (slope(p["W"]) if slope else reg * p["W"]), "b": d.sum(axis=0)}

    r = rng(11)
    return loss, grad, {"W": r.normal(size=(4, 3)), "b": r.normal(size=3)}, r.normal(size=(10, 4)), r.integers(0, 3, 10)


def minus_label(p, y):
    p[np.arange(len(y)), y] -= 1
    return p


@healthy
def softmax_l2():
    return softmax_classifier(minus_label)


@ill("label_not_subtracted")
def softmax_no_label():
    return softmax_classifier()


@ill("regularisation")
def softmax_double_penalty():
    return softmax_classifier(minus_label, slope=lambda W: 0.1 * W)


@ill("regularisation")
def softmax_no_penalty():
    return softmax_classifier(minus_label, slope=lambda W: 0 * W)


@ill("summed_not_averaged")
def softmax_summed():
    return softmax_classifier(minus_label, norm=lambda y: 1)


@ill("label_not_subtracted", "labels_misaligned", "broadcast")
def softmax_fancy_index():
    def change(p, y):
        p[:, y] -= 1
        return p

    return softmax_classifier(change)


@ill("softmax_jacobian", "activation_slope_extra")
def softmax_diagonal():
    def change(p, y):
        return minus_label(p.copy(), y) * p * (1 - p)

    return softmax_classifier(change)


@ill("labels_misaligned")
def softmax_shifted_labels():
    return softmax_classifier(lambda p, y: minus_label(p, np.roll(y, 1)))


@healthy
def softmax_sum_over_loop():
    """One example at a time, one class at a time, with a one-hot y and column weights."""

    def loss(p, X, Y):
        total = 0.0
        for x, t in zip(X, Y):
            z = p["W"] @ x + p["b"]
            e = np.exp(z - z.max())
            total -= np.sum(t * np.log(e / e.sum()))
        return total

    def grad(p, X, Y):
        dW, db = np.zeros_like(p["W"]), np.zeros_like(p["b"])
        for x, t in zip(X, Y):
            z = p["W"] @ x + p["b"]
            e = np.exp(z - z.max())
            d = e / e.sum() - t
            dW += np.outer(d, x)
            db += d
        return {"W": dW, "b": db}

    r = rng(12)
    return (
        loss,
        grad,
        {"W": r.normal(size=(3, 4)), "b": np.zeros(3)},
        r.normal(size=(6, 4)),
        np.eye(3)[r.integers(0, 3, 6)],
    )


@ill("labels_misaligned", "summed_not_averaged")
def softmax_loop_overwrites():
    loss, _, params, X, Y = softmax_sum_over_loop()

    def grad(p, X, Y):
        for x, t in zip(X, Y):
            z = p["W"] @ x + p["b"]
            e = np.exp(z - z.max())
            d = e / e.sum() - t
            dW, db = np.outer(d, x), d
        return {"W": dW, "b": db}

    return loss, grad, params, X, Y


def softmax_axis(axis, normal):
    def f(z):
        return np.exp(z) / np.sum(np.exp(z), axis=axis, keepdims=axis is not None)

    def loss(p, X, Y):
        return -np.mean(np.sum(Y * np.log(f(X @ p["W"])), axis=1))

    def grad(p, X, Y):
        return {"W": X.T @ (normal(X @ p["W"], f) - Y) / len(X)}

    r = rng(13)
    return loss, grad, {"W": r.normal(size=(4, 3))}, r.normal(size=(5, 4)), np.eye(3)[[0, 1, 2, 0, 2]]


@ill("different_loss")
def softmax_wrong_axis():
    return softmax_axis(0, lambda z, f: softmax_rows(z))


@ill("softmax_jacobian", "different_loss")
def softmax_without_axis():
    return softmax_axis(None, lambda z, f: f(z))


# --- two layers ------------------------------------------------------------------------------------------------------


def xor_rows(backward, cost=lambda a, y: 0.5 * np.sum((a - y) ** 2), bias=True, f=sigmoid, X=XOR_X, y=XOR_Y, hidden=5):
    def forward(p, X):
        z1 = X @ p["W1"] + p.get("b1", 0)
        a1 = f(z1)
        z2 = a1 @ p["W2"] + p.get("b2", 0)
        return z1, a1, z2, sigmoid(z2)

    def loss(p, X, y):
        return cost(forward(p, X)[-1], y)

    def grad(p, X, y):
        return backward(p, X, y, *forward(p, X))

    r = rng(14)
    params = {"W1": r.normal(size=(X.shape[1], hidden)), "W2": r.normal(size=(hidden, y.shape[1]))}
    if bias:
        params |= {"b1": np.zeros((1, hidden)), "b2": np.zeros((1, y.shape[1]))}
    return loss, grad, params, X, y


def both(d1, d2, X, a1, keys=("W1", "W2", "b1", "b2")):
    grads = {"W1": X.T @ d1, "W2": a1.T @ d2, "b1": d1.sum(0, keepdims=True), "b2": d2.sum(0, keepdims=True)}
    return {key: grads[key] for key in keys}


@healthy
def xor_right():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward)


@ill("delta_not_carried", "activation_slope_missing")
def xor_error_carried():
    def backward(p, X, y, z1, a1, z2, a2):
        e2 = a2 - y
        return both((e2 @ p["W2"].T) * a1 * (1 - a1), e2 * a2 * (1 - a2), X, a1)

    return xor_rows(backward)


@ill("activation_slope_missing")
def xor_no_hidden_slope():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both(d2 @ p["W2"].T, d2, X, a1)

    return xor_rows(backward)


@ill("activation_slope_missing", "different_loss")
def xor_no_output_slope():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = a2 - y
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward)


@ill("activation_slope_missing")
def xor_no_slopes():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = a2 - y
        return both(d2 @ p["W2"].T, d2, X, a1)

    return xor_rows(backward)


@ill("activation_slope_of_activation")
def xor_slopes_of_activations():
    def dsig(x):
        return sigmoid(x) * (1 - sigmoid(x))

    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * dsig(a2)
        return both((d2 @ p["W2"].T) * dsig(a1), d2, X, a1)

    return xor_rows(backward)


@ill("scalar_cost", "loss_in_place_of_slope")
def xor_cost_as_error():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = np.sum((a2 - y) ** 2) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1, ("W1", "W2"))

    return xor_rows(backward, lambda a, y: np.sum((a - y) ** 2), bias=False)


@ill("scalar_cost")
def xor_slope_times_cost():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = np.dot(a2 - y, 0.5 * np.sum((a2 - y) ** 2)) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1, ("W1", "W2"))

    return xor_rows(backward, bias=False)


@ill("updated_weights")
def xor_updated_weights():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        W2 = p["W2"] - 0.3 * a1.T @ d2
        return both((d2 @ W2.T) * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward)


@ill("updated_weights")
def xor_updated_weights_added():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (y - a2) * a2 * (1 - a2)
        W2 = p["W2"] + 0.1 * a1.T @ d2
        return both(-(d2 @ W2.T) * a1 * (1 - a1), -d2, X, a1)

    return xor_rows(backward)


@ill("activation_slope_extra", "different_loss")
def xor_cross_entropy_extra():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2) / 4
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward, lambda a, y: -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))


@ill("bias_reduction")
def xor_bias_total():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = (d2 @ p["W2"].T) * a1 * (1 - a1)
        return both(d1, d2, X, a1) | {"b1": np.full((1, 5), np.sum(d1))}

    return xor_rows(backward)


@ill("bias_reduction")
def xor_bias_total_scalar():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = (d2 @ p["W2"].T) * a1 * (1 - a1)
        return both(d1, d2, X, a1) | {"b1": np.sum(d1)}

    return xor_rows(backward)


@ill("bias_reduction")
def xor_bias_not_summed():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = (d2 @ p["W2"].T) * a1 * (1 - a1)
        return both(d1, d2, X, a1) | {"b1": d1, "b2": d2}

    return xor_rows(backward)


@ill("wrong_cached_input")
def xor_z_for_a():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1) | {"W2": z1.T @ d2}

    return xor_rows(backward)


@ill("missing_param")
def xor_without_biases_in_grad():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1, ("W1", "W2"))

    return xor_rows(backward)


@ill("missing_param")
def xor_zero_biases():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        grads = both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)
        return grads | {"b1": np.zeros((1, 5)), "b2": np.zeros((1, 1))}

    return xor_rows(backward)


@ill("missing_param")
def xor_keys_with_d():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return {f"d{k}": v for k, v in both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1).items()}

    return xor_rows(backward)


@ill("delta_not_carried")
def xor_output_delta_for_hidden():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both(d2 * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward)


@ill("activation_slope_of_activation")
def xor_tanh_with_sigmoid_slope():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)

    return xor_rows(backward, f=np.tanh)


@healthy
def xor_relu_kink():
    """Zero biases and the input (0, 0): z1 is exactly 0 there."""

    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both((d2 @ p["W2"].T) * (z1 >= 0), d2, X, a1)

    return xor_rows(backward, f=lambda z: np.maximum(z, 0))


@ill("relu_mask", "activation_slope_missing")
def xor_relu_no_mask():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both(d2 @ p["W2"].T, d2, X, a1)

    return xor_rows(backward, f=lambda z: np.maximum(z, 0))


@ill("relu_mask")
def xor_relu_of_gradient():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = (a2 - y) * a2 * (1 - a2)
        return both(np.maximum(d2 @ p["W2"].T, 0), d2, X, a1)

    return xor_rows(backward, f=lambda z: np.maximum(z, 0))


@ill("scale", "summed_not_averaged")
def xor_mean_over_everything():
    def backward(p, X, y, z1, a1, z2, a2):
        d2 = 2 * (a2 - y) * a2 * (1 - a2) / len(X)
        return both((d2 @ p["W2"].T) * a1 * (1 - a1), d2, X, a1)

    r = rng(15)
    return xor_rows(backward, lambda a, y: np.mean((a - y) ** 2), X=r.normal(size=(7, 2)), y=r.normal(size=(7, 3)))


@healthy
def mlp_columns_cross_entropy():
    """Columns, tanh hidden, softmax in columns: dZ = A - Y and 1 - A² look wrong and are right."""
    return columns_mlp(lambda c: None)


def columns_mlp(change):
    def forward(p, X):
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        Z2 = p["W2"] @ A1 + p["b2"]
        E = np.exp(Z2 - Z2.max(axis=0))
        return A1, E / E.sum(axis=0)

    def loss(p, X, Y):
        return -np.sum(Y * np.log(forward(p, X)[1])) / X.shape[1]

    def grad(p, X, Y):
        A1, A2 = forward(p, X)
        m = X.shape[1]
        dZ2 = A2 - Y
        dZ1 = p["W2"].T @ dZ2 * (1 - A1**2)
        grads = {
            "W1": dZ1 @ X.T / m,
            "b1": dZ1.sum(axis=1, keepdims=True) / m,
            "W2": dZ2 @ A1.T / m,
            "b2": dZ2.sum(axis=1, keepdims=True) / m,
        }
        change({"g": grads, "p": p, "X": X, "Y": Y, "A1": A1, "dZ1": dZ1, "dZ2": dZ2, "m": m})
        return grads

    r = rng(16)
    params = {"W1": r.normal(size=(4, 3)), "b1": np.zeros((4, 1)), "W2": r.normal(size=(2, 4)), "b2": np.zeros((2, 1))}
    return loss, grad, params, r.normal(size=(3, 6)), np.eye(2)[r.integers(0, 2, 6)].T


@ill("activation_slope_missing")
def columns_no_slope_in_weights_only():
    def change(c):
        c["g"]["W1"] = (c["p"]["W2"].T @ c["dZ2"]) @ c["X"].T / c["m"]

    return columns_mlp(change)


@ill("summed_not_averaged", "bias_reduction")
def columns_biases_summed():
    def change(c):
        c["g"]["b1"] = c["dZ1"].sum(axis=1, keepdims=True)
        c["g"]["b2"] = c["dZ2"].sum(axis=1, keepdims=True)

    return columns_mlp(change)


@ill("transposed")
def columns_transposed_gradient():
    def change(c):
        c["g"]["W1"] = c["g"]["W1"].T

    return columns_mlp(change)


@ill("bias_reduction")
def columns_bias_over_wrong_axis():
    """Summed over axis 0: one number per example."""

    def change(c):
        c["g"]["b1"] = np.sum(c["dZ1"], axis=0, keepdims=True) / c["m"]

    loss, grad, params, X, Y = columns_mlp(change)
    return loss, grad, params, X[:, :4], Y[:, :4]


@ill("bias_reduction", "averaged_twice")
def columns_bias_mean_and_m():
    def change(c):
        c["g"]["b2"] = np.mean(c["dZ2"], axis=1, keepdims=True) / c["m"]

    return columns_mlp(change)


# --- the bias inside W, theta, loops, classes ------------------------------------------------------------------------


def theta_network(order="C", slope=lambda a: a * (1 - a), penalty=lambda T: np.c_[np.zeros(len(T)), T[:, 1:]], lam=0.5):
    """The digits exercise: Theta1 (H, D+1), Theta2 (K, H+1), unrolled; labels 1 ... K."""
    D, H, K = 3, 4, 3

    def roll(theta):
        return theta[: H * (D + 1)].reshape(H, D + 1, order="C"), theta[H * (D + 1) :].reshape(K, H + 1, order="C")

    def forward(theta, X):
        T1, T2 = roll(theta)
        a1 = np.c_[np.ones(len(X)), X]
        a2 = np.c_[np.ones(len(X)), sigmoid(a1 @ T1.T)]
        return T1, T2, a1, a2, sigmoid(a2 @ T2.T)

    def loss(p, X, y):
        T1, T2, _, _, h = forward(p["theta"], X)
        Y = np.eye(K)[y - 1]
        J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / len(X)
        return J + lam / (2 * len(X)) * (np.sum(T1[:, 1:] ** 2) + np.sum(T2[:, 1:] ** 2))

    def grad(p, X, y):
        T1, T2, a1, a2, h = forward(p["theta"], X)
        d3 = h - np.eye(K)[y - 1]
        d2 = (d3 @ T2[:, 1:]) * slope(a2[:, 1:])
        m = len(X)
        G1, G2 = d2.T @ a1 / m + lam / m * penalty(T1), d3.T @ a2 / m + lam / m * penalty(T2)
        return {"theta": np.concatenate([G1.ravel(order), G2.ravel(order)])}

    r = rng(17)
    return (
        loss,
        grad,
        {"theta": r.normal(size=H * (D + 1) + K * (H + 1)) * 0.5},
        r.normal(size=(5, D)),
        np.array([1, 2, 3, 1, 3]),
    )


@healthy
def theta_right():
    return theta_network()


@ill("transposed")
def theta_other_order():
    return theta_network(order="F")


@ill("regularisation")
def theta_penalises_biases():
    return theta_network(penalty=lambda T: T)


@ill("activation_slope_missing")
def theta_no_slope():
    return theta_network(slope=lambda a: 1)


def bias_row(slope):
    """One layer with the bias as the last row of W, and three classes one against the rest."""

    def forward(p, X):
        return sigmoid(np.hstack([X, np.ones((len(X), 1))]) @ p["W"])

    def loss(p, X, y):
        return ((forward(p, X) - y) ** 2).mean()

    def grad(p, X, y):
        a = forward(p, X)
        return {"W": np.hstack([X, np.ones((len(X), 1))]).T @ (2 * (a - y) * slope(a) / a.size)}

    r = rng(18)
    return loss, grad, {"W": r.normal(size=(5, 3))}, r.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 2, 1, 0]]


@healthy
def bias_in_w():
    return bias_row(lambda a: a * (1 - a))


@ill("activation_slope_missing")
def bias_in_w_no_slope():
    return bias_row(lambda a: 1)


@ill("stateful")
def class_that_accumulates():
    class Net:
        def __init__(self):
            self.dw = np.zeros(3)

        def step(self, w, X, y):
            for x, t in zip(X, y):
                a = sigmoid(w @ x)
                self.dw += (a - t) * a * (1 - a) * x
            return self.dw

    net = Net()
    r = rng(19)
    return (
        lambda p, X, y: 0.5 * sum((sigmoid(p["w"] @ x) - t) ** 2 for x, t in zip(X, y)),
        lambda p, X, y: {"w": net.step(p["w"], X, y).copy()},
        {"w": r.normal(size=3)},
        r.normal(size=(5, 3)),
        r.integers(0, 2, 5),
    )


@healthy
def class_with_a_cache():
    """backward() uses what the last forward() left behind; the wrapper calls forward first."""

    class Net:
        def forward(self, p, X):
            self.X, self.p = X, p
            self.h = np.tanh(X @ p["W1"] + p["b1"])
            self.out = self.h @ p["W2"] + p["b2"]
            return self.out

        def backward(self, d):
            dh = d @ self.p["W2"].T * (1 - self.h * self.h)
            return {"W1": self.X.T @ dh, "b1": dh.sum(0), "W2": self.h.T @ d, "b2": d.sum(0)}

    net = Net()
    r = rng(20)
    params = {"W1": r.normal(size=(3, 6)), "b1": np.zeros(6), "W2": r.normal(size=(6, 2)), "b2": np.zeros(2)}
    return (
        lambda p, X, y: float(((net.forward(p, X) - y) ** 2).sum(1).mean()),
        lambda p, X, y: net.backward(2 * (net.forward(p, X) - y) / len(X)),
        params,
        r.normal(size=(8, 3)),
        r.normal(size=(8, 2)),
    )


@ill("in_place")
def scaled_in_place():
    def loss(p, X, y):
        X /= 16
        return np.mean((X @ p["w"] - y) ** 2)

    def grad(p, X, y):
        X /= 16
        return {"w": 2 * X.T @ (X @ p["w"] - y) / len(y)}

    r = rng(21)
    return loss, grad, {"w": r.normal(size=3)}, r.uniform(0, 16, (6, 3)), r.normal(size=6)


@ill("forward_ignores_params")
def class_with_own_weights():
    W = rng(22).normal(size=(3, 2))

    def loss(p, X, y):
        return float(np.mean((sigmoid(X @ W) - y) ** 2))

    def grad(p, X, y):
        a = sigmoid(X @ W)
        return {"W": X.T @ (2 * (a - y) * a * (1 - a)) / a.size}

    r = rng(23)
    return loss, grad, {"W": W.copy()}, r.normal(size=(5, 3)), r.integers(0, 2, (5, 2))


@ill("not_finite")
def log_of_zero():
    def loss(p, X, y):
        a = (X @ p["w"] > 0).astype(float)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

    r = rng(24)
    return (
        loss,
        lambda p, X, y: {"w": X.T @ (X @ p["w"] - y)},
        {"w": r.normal(size=3)},
        r.normal(size=(5, 3)),
        r.integers(0, 2, 5),
    )


# --- three layers, ReLU, leaky, float32 ------------------------------------------------------------------------------


def deep(slope, f=lambda z: np.maximum(z, 0), dtype=np.float64, carry=lambda d, W: d @ W.T, batch=6):
    """[4, 6, 5, 3], softmax cross-entropy, weights in a loop."""

    def forward(p, X):
        A, Z = [X], []
        for l in (1, 2, 3):
            Z.append(A[-1] @ p[f"W{l}"] + p[f"b{l}"])
            A.append(f(Z[-1]) if l < 3 else softmax_rows(Z[-1]))
        return A, Z

    def loss(p, X, y):
        return -np.mean(np.log(forward(p, X)[0][-1][np.arange(len(y)), y]))

    def grad(p, X, y):
        A, Z = forward(p, X)
        d = minus_label(A[-1].copy(), y) / len(y)
        grads = {}
        for l in (3, 2, 1):
            grads[f"W{l}"], grads[f"b{l}"] = A[l - 1].T @ d, d.sum(axis=0)
            if l > 1:
                d = carry(d, p[f"W{l}"]) * slope(Z[l - 2], A[l - 1])
        return grads

    r = rng(25)
    sizes = [4, 6, 5, 3]
    params = {}
    for l in (1, 2, 3):
        params[f"W{l}"] = r.normal(size=sizes[l - 1 : l + 1]).astype(dtype) * np.sqrt(2 / sizes[l - 1]).astype(dtype)
        params[f"b{l}"] = np.zeros(sizes[l], dtype)
    return loss, grad, params, r.normal(size=(batch, 4)).astype(dtype), r.integers(0, 3, batch)


@healthy
def deep_relu():
    return deep(lambda z, a: z > 0)


@healthy
def deep_relu_float32():
    return deep(lambda z, a: z > 0, dtype=np.float32)


@ill("relu_mask")
def deep_relu_inverted():
    return deep(lambda z, a: z < 0)


@ill("relu_mask")
def deep_relu_value_for_mask():
    return deep(lambda z, a: a)


@healthy
def deep_leaky():
    return deep(lambda z, a: np.where(z > 0, 1, 0.01), lambda z: np.where(z > 0, z, 0.01 * z))


@ill("relu_mask")
def deep_leaky_with_plain_mask():
    return deep(lambda z, a: z > 0, lambda z: np.where(z > 0, z, 0.01 * z))


@ill("delta_not_carried")
def deep_not_carried():
    """The deltas of a softmax add up to 0, so that this gives zeros."""
    return deep(lambda z, a: z > 0, carry=lambda d, W: np.repeat(d.sum(1, keepdims=True), W.shape[0], 1))


@ill("activation_slope_extra")
def linear_output_with_sigmoid_slope():
    def forward(p, X):
        h = sigmoid(X @ p["w1"] + p["b1"])
        return h, h @ p["w2"] + p["b2"]

    def loss(p, X, y):
        return np.sum((forward(p, X)[1] - y) ** 2) / 2

    def grad(p, X, y):
        h, out = forward(p, X)
        d = (out - y) * out * (1 - out)
        dh = np.outer(d, p["w2"]) * h * (1 - h)
        return {"w1": X.T @ dh, "b1": dh.sum(0), "w2": h.T @ d, "b2": d.sum()}

    r = rng(26)
    params = {"w1": r.normal(size=(2, 3)), "b1": np.zeros(3), "w2": r.normal(size=3), "b2": 0.0}
    return loss, grad, params, r.normal(size=(7, 2)), r.normal(size=7)


@healthy
def single_example_as_vectors():
    def forward(p, x):
        a1 = sigmoid(p["w1"] @ x + p["b1"])
        return a1, sigmoid(p["w2"] @ a1 + p["b2"])

    def loss(p, x, t):
        return 0.5 * np.sum((forward(p, x)[1] - t) ** 2)

    def grad(p, x, t):
        a1, a2 = forward(p, x)
        d2 = (a2 - t) * a2 * (1 - a2)
        d1 = p["w2"].T @ d2 * a1 * (1 - a1)
        return {"w1": np.outer(d1, x), "b1": d1, "w2": np.outer(d2, a1), "b2": d2}

    r = rng(27)
    params = {"w1": r.normal(size=(4, 3)), "b1": r.normal(size=4), "w2": r.normal(size=(1, 4)), "b2": r.normal(size=1)}
    return loss, grad, params, np.array([1.0, 0, 1]), np.array([1.0])


@ill("transposed")
def single_example_outer_the_wrong_way():
    loss, _, params, x, t = single_example_as_vectors()

    def grad(p, x, t):
        a1 = sigmoid(p["w1"] @ x + p["b1"])
        a2 = sigmoid(p["w2"] @ a1 + p["b2"])
        d2 = (a2 - t) * a2 * (1 - a2)
        d1 = p["w2"].T @ d2 * a1 * (1 - a1)
        return {"w1": np.outer(x, d1), "b1": d1, "w2": np.outer(d2, a1), "b2": d2}

    return loss, grad, params, x, t


@ill("broadcast")
def loss_broadcasts():
    """a is (N, 1), y is (N,): the loss is a mean over N × N differences; the gradient is that of the meant loss."""

    def forward(p, X):
        return X @ p["w"] + p["b"]

    def loss(p, X, y):
        return np.mean((forward(p, X) - y) ** 2)

    def grad(p, X, y):
        e = forward(p, X) - y[:, None]
        return {"w": 2 * X.T @ e / len(y), "b": np.array([2 * e.mean()])}

    r = rng(28)
    return loss, grad, {"w": r.normal(size=(3, 1)), "b": np.zeros(1)}, r.normal(size=(6, 3)), r.normal(size=6)


@ill("different_loss")
def half_of_the_cross_entropy():
    """The loss forgets the examples with label 0; the gradient does not."""

    def loss(p, X, y):
        return -np.mean(y * np.log(sigmoid(X @ p["w"])))

    def grad(p, X, y):
        return {"w": X.T @ (sigmoid(X @ p["w"]) - y) / len(y)}

    r = rng(29)
    return loss, grad, {"w": r.normal(size=3)}, r.normal(size=(7, 3)), np.array([0, 1, 1, 0, 1, 0, 1])


CASES = WARD.cases
