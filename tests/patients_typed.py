"""A fourth ward: what learners type after a tutorial, each with another habit.

Each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


@ill("activation_formula_on_preactivation")
def syn_nonlin_preact():
    """X*(1-x) at the hidden layer is fed the weighted sum rather than the activation."""
    np.random.seed(1)
    X = np.random.randint(0, 2, (9, 3)).astype(float) + 0.1 * np.random.randn(9, 3)
    y = (X[:, [0]] + X[:, [1]] > 1).astype(float)
    params = {"syn0": 2 * np.random.random((3, 5)) - 1, "syn1": 2 * np.random.random((5, 1)) - 1}

    def nonlin(x, deriv=False):
        if deriv:
            return x * (1 - x)
        return 1 / (1 + np.exp(-x))

    def run(p, X):
        l1_in = X.dot(p["syn0"])
        l1 = nonlin(l1_in)
        l2_in = l1.dot(p["syn1"])
        l2 = nonlin(l2_in)
        return l1_in, l1, l2_in, l2

    def loss(p, X, y):
        l2 = run(p, X)[-1]
        return float(0.5 * np.sum((y - l2) ** 2))

    def grad(p, X, y):
        l1_in, l1, l2_in, l2 = run(p, X)
        l2_error = y - l2
        l2_delta = l2_error * nonlin(l2, deriv=True)
        l1_error = l2_delta.dot(p["syn1"].T)
        l1_delta = l1_error * nonlin(l1_in, deriv=True)
        return {"syn1": -l1.T.dot(l2_delta), "syn0": -X.T.dot(l1_delta)}

    return loss, grad, params, X, y


@ill("activation_slope_of_activation")
def class_sigmoid_prime_of_a():
    """Sigmoid_prime expects z but receives the activations in both layers."""
    rng = np.random.RandomState(5)
    X = rng.randn(4, 17)
    Y = np.vstack([np.sin(X[0]), X[1] * X[2] > 0]) * 0.8 + 0.1
    params = {
        "W1": rng.randn(6, 4) * 0.7,
        "b1": rng.randn(6, 1) * 0.3,
        "W2": rng.randn(2, 6) * 0.7,
        "b2": rng.randn(2, 1) * 0.3,
    }

    class Network:
        def __init__(self, weights, biases):
            self.weights = weights
            self.biases = biases

        def sigmoid(self, z):
            return 1.0 / (1.0 + np.exp(-z))

        def sigmoid_prime(self, z):
            s = self.sigmoid(z)
            return s * (1 - s)

        def feedforward(self, a):
            self.activations = [a]
            self.zs = []
            for w, b in zip(self.weights, self.biases):
                z = w @ a + b
                a = self.sigmoid(z)
                self.zs.append(z)
                self.activations.append(a)
            return a

        def cost(self, x, y):
            return 0.5 * np.sum((self.feedforward(x) - y) ** 2) / x.shape[1]

        def backprop(self, x, y):
            self.feedforward(x)
            m = x.shape[1]
            delta = (self.activations[-1] - y) * self.sigmoid_prime(self.activations[-1])
            nabla_w = [None] * 2
            nabla_b = [None] * 2
            nabla_w[-1] = delta @ self.activations[-2].T / m
            nabla_b[-1] = delta.sum(axis=1, keepdims=True) / m
            delta = (self.weights[-1].T @ delta) * self.sigmoid_prime(self.activations[1])
            nabla_w[0] = delta @ self.activations[0].T / m
            nabla_b[0] = delta.sum(axis=1, keepdims=True) / m
            return nabla_w, nabla_b

    def build(p):
        return Network([p["W1"], p["W2"]], [p["b1"], p["b2"]])

    def loss(p, X, y):
        return float(build(p).cost(X, y))

    def grad(p, X, y):
        nw, nb = build(p).backprop(X, y)
        return {"W1": nw[0], "W2": nw[1], "b1": nb[0], "b2": nb[1]}

    return loss, grad, params, X, Y


@ill("relu_mask")
def relu_masks_the_gradient():
    """The ReLU is applied to the incoming gradient itself instead of masking by the hidden units."""
    rng = np.random.RandomState(11)
    N, D, H, C = 18, 4, 7, 3
    y = rng.randint(0, C, N)
    X = rng.randn(N, D) + 0.7 * y[:, None]
    params = {
        "W": 0.6 * rng.randn(D, H),
        "b": 0.1 * rng.randn(1, H),
        "W2": 0.6 * rng.randn(H, C),
        "b2": 0.1 * rng.randn(1, C),
    }

    def loss(p, X, y):
        hidden = np.maximum(0, X @ p["W"] + p["b"])
        scores = hidden @ p["W2"] + p["b2"]
        scores = scores - scores.max(axis=1, keepdims=True)
        probs = np.exp(scores)
        probs /= probs.sum(axis=1, keepdims=True)
        return float(np.mean(-np.log(probs[np.arange(len(y)), y])))

    def grad(p, X, y):
        n = X.shape[0]
        hidden = np.maximum(0, X @ p["W"] + p["b"])
        scores = hidden @ p["W2"] + p["b2"]
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        dscores = e / e.sum(axis=1, keepdims=True)
        dscores[np.arange(n), y] -= 1
        dscores /= n
        dhidden = dscores @ p["W2"].T
        dhidden[dhidden <= 0] = 0
        return {
            "W2": hidden.T @ dscores,
            "b2": dscores.sum(axis=0, keepdims=True),
            "W": X.T @ dhidden,
            "b": dhidden.sum(axis=0, keepdims=True),
        }

    return loss, grad, params, X, y


@ill("sign")
def logreg_pm1_sign():
    """Logistic loss with -1/1 labels: minus sign of the inner derivative forgotten."""
    rng = np.random.RandomState(2)
    X = np.c_[np.ones(25), rng.randn(25, 3)]
    y = np.where(X @ np.array([0.3, 1.0, -2.0, 0.5]) + 0.6 * rng.randn(25) > 0, 1, -1)
    params = {"theta": 0.5 * rng.randn(4)}

    def loss(p, X, y):
        margin = y * X.dot(p["theta"])
        return float(np.mean(np.log(1 + np.exp(-margin))))

    def grad(p, X, y):
        margin = y * X.dot(p["theta"])
        coef = y / (1 + np.exp(margin))
        return {"theta": X.T.dot(coef) / len(y)}

    return loss, grad, params, X, y


@ill("bias_reduction")
def per_example_bias_overwritten():
    """In the loop over examples the bias gradients are assigned instead of accumulated, so only the last example
    counts."""
    rng = np.random.RandomState(21)
    X = rng.randn(12, 3)
    y = np.tanh(X @ rng.randn(3, 2))
    params = {
        "W0": 0.6 * rng.randn(5, 3),
        "B0": 0.2 * rng.randn(5),
        "W1": 0.6 * rng.randn(2, 5),
        "B1": 0.2 * rng.randn(2),
    }

    def forward(p, x):
        h = np.tanh(p["W0"].dot(x) + p["B0"])
        o = np.tanh(p["W1"].dot(h) + p["B1"])
        return h, o

    def loss(p, X, y):
        total = 0.0
        for x, t in zip(X, y):
            total += 0.5 * np.sum((forward(p, x)[1] - t) ** 2)
        return float(total)

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            h, o = forward(p, x)
            d_o = (o - t) * (1 - o**2)
            d_h = p["W1"].T.dot(d_o) * (1 - h**2)
            g["W1"] += np.outer(d_o, h)
            g["B1"] = d_o
            g["W0"] += np.outer(d_h, x)
            g["B0"] = d_h
        return g

    return loss, grad, params, X, y


@ill("averaged_twice")
def bce_sum_but_divided():
    """The cost is a plain sum over the examples, yet all gradients are divided by m."""
    np.random.seed(8)
    X = np.random.randn(5, 22)
    Y = (X[0:1] ** 2 + X[1:2] ** 2 < 1.5).astype(float)
    params = {
        "W1": np.random.randn(4, 5) * 0.5,
        "b1": np.random.randn(4, 1) * 0.1,
        "W2": np.random.randn(1, 4) * 0.5,
        "b2": np.random.randn(1, 1) * 0.1,
    }

    def forward_propagation(parameters, X):
        Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
        A1 = np.tanh(Z1)
        Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    def loss(parameters, X, Y):
        A2 = forward_propagation(parameters, X)["A2"]
        eps = 1e-9
        logprobs = np.multiply(np.log(A2 + eps), Y) + np.multiply(np.log(1 - A2 + eps), 1 - Y)
        return float(-np.sum(logprobs))

    def grad(parameters, X, Y):
        m = X.shape[1]
        cache = forward_propagation(parameters, X)
        dZ2 = cache["A2"] - Y
        dW2 = 1 / m * np.dot(dZ2, cache["A1"].T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.multiply(np.dot(parameters["W2"].T, dZ2), 1 - np.power(cache["A1"], 2))
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return loss, grad, params, X, Y


@ill("delta_not_carried", "activation_slope_missing")
def einsum_error_carried():
    """The error of the second hidden layer, not its delta, is carried to the first, so that layer's slope is lost on
    the way."""
    rng = np.random.RandomState(31)
    X = rng.randn(14, 4)
    y = 1 / (1 + np.exp(-X @ rng.randn(4, 3)))
    params = {"w_ih": rng.randn(4, 6) * 0.6, "w_hh": rng.randn(6, 5) * 0.6, "w_ho": rng.randn(5, 3) * 0.6}

    def sig(z):
        return 1 / (1 + np.exp(-z))

    def fwd(p, X):
        h1 = np.tanh(np.einsum("nd,dh->nh", X, p["w_ih"]))
        h2 = np.tanh(np.einsum("nh,hk->nk", h1, p["w_hh"]))
        o = sig(np.einsum("nk,ko->no", h2, p["w_ho"]))
        return h1, h2, o

    def loss(p, X, y):
        o = fwd(p, X)[2]
        return float(np.mean((o - y) ** 2))

    def grad(p, X, y):
        h1, h2, o = fwd(p, X)
        err_o = 2 * (o - y) / y.size
        del_o = err_o * o * (1 - o)
        err_h2 = np.einsum("no,ko->nk", del_o, p["w_ho"])
        del_h2 = err_h2 * (1 - h2**2)
        err_h1 = np.einsum("nk,hk->nh", err_h2, p["w_hh"])
        del_h1 = err_h1 * (1 - h1**2)
        return {
            "w_ho": np.einsum("nk,no->ko", h2, del_o),
            "w_hh": np.einsum("nh,nk->hk", h1, del_h2),
            "w_ih": np.einsum("nd,nh->dh", X, del_h1),
        }

    return loss, grad, params, X, y


@ill("wrong_matrix_carried_back")
def square_layers_untransposed():
    """All layers are 4x4 so carrying the delta through W instead of its transpose goes unnoticed."""
    rng = np.random.RandomState(44)
    X = rng.randn(16, 4)
    y = np.stack([X[:, 0] * X[:, 1], X[:, 2] - X[:, 3], np.abs(X[:, 0]), X[:, 3] ** 2], axis=1)
    params = {}
    for i in range(3):
        params["U%d" % i] = rng.randn(4, 4) * 0.6
        params["c%d" % i] = rng.randn(4) * 0.2

    def loss(p, X, y):
        a = X
        for i in range(3):
            a = a @ p["U%d" % i] + p["c%d" % i]
            if i < 2:
                a = np.tanh(a)
        return float(np.sum((a - y) ** 2) / (2 * len(X)))

    def grad(p, X, y):
        acts = [X]
        for i in range(3):
            z = acts[-1] @ p["U%d" % i] + p["c%d" % i]
            acts.append(np.tanh(z) if i < 2 else z)
        g = {}
        d = (acts[-1] - y) / len(X)
        for i in (2, 1, 0):
            g["U%d" % i] = acts[i].T @ d
            g["c%d" % i] = d.sum(0)
            if i:
                d = (d @ p["U%d" % i]) * (1 - acts[i] ** 2)
        return g

    return loss, grad, params, X, y


@ill("summed_not_averaged")
def softmax_onehot_not_averaged():
    """Mean cross-entropy is printed but the gradient is that of the sum."""
    rng = np.random.RandomState(3)
    lab = rng.randint(0, 4, 26)
    X = rng.randn(26, 3) + np.c_[lab, -lab, lab % 2]
    X = (X - X.mean(0)) / X.std(0)
    Y = np.eye(4)[lab]
    params = {
        "Wh": rng.randn(3, 5) * 0.5,
        "bh": np.zeros((1, 5)) + 0.1,
        "Wo": rng.randn(5, 4) * 0.5,
        "bo": np.zeros((1, 4)),
    }

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def softmax(A):
        expA = np.exp(A)
        return expA / expA.sum(axis=1, keepdims=True)

    def loss(p, X, Y):
        ao = softmax(sigmoid(X @ p["Wh"] + p["bh"]) @ p["Wo"] + p["bo"])
        return float(np.mean(np.sum(-Y * np.log(ao), axis=1)))

    def grad(p, X, Y):
        ah = sigmoid(X @ p["Wh"] + p["bh"])
        ao = softmax(ah @ p["Wo"] + p["bo"])
        dcost_dzo = ao - Y
        dcost_wo = np.dot(ah.T, dcost_dzo)
        dcost_dah = np.dot(dcost_dzo, p["Wo"].T)
        dah_dzh = ah * (1 - ah)
        dcost_wh = np.dot(X.T, dah_dzh * dcost_dah)
        dcost_bh = (dcost_dah * dah_dzh).sum(axis=0, keepdims=True)
        return {"Wh": dcost_wh, "bh": dcost_bh, "Wo": dcost_wo, "bo": dcost_dzo.sum(axis=0, keepdims=True)}

    return loss, grad, params, X, Y


@ill("regularisation")
def ridge_lambda_not_divided():
    """Penalty is lam/(2m) but its gradient adds lam*W without the 1/m."""
    rng = np.random.RandomState(17)
    X = np.c_[np.ones(20), rng.randn(20, 4)]
    y = (X @ rng.randn(5) > 0).astype(float)
    params = {"Theta1": rng.randn(3, 5) * 0.5, "Theta2": rng.randn(1, 4) * 0.5}
    lam = 1.5

    def sig(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        m = len(y)
        a2 = np.c_[np.ones(m), sig(X @ p["Theta1"].T)]
        h = sig(a2 @ p["Theta2"].T).ravel()
        J = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
        J += lam / (2 * m) * (np.sum(p["Theta1"][:, 1:] ** 2) + np.sum(p["Theta2"][:, 1:] ** 2))
        return float(J)

    def grad(p, X, y):
        m = len(y)
        D1 = np.zeros_like(p["Theta1"])
        D2 = np.zeros_like(p["Theta2"])
        for t in range(m):
            a1 = X[t]
            a2 = np.append(1, sig(p["Theta1"] @ a1))
            a3 = sig(p["Theta2"] @ a2)
            d3 = a3 - y[t]
            d2 = (p["Theta2"].T @ d3)[1:] * a2[1:] * (1 - a2[1:])
            D1 += np.outer(d2, a1)
            D2 += np.outer(d3, a2)
        D1 /= m
        D2 /= m
        D1[:, 1:] += lam * p["Theta1"][:, 1:]
        D2[:, 1:] += lam * p["Theta2"][:, 1:]
        return {"Theta1": D1, "Theta2": D2}

    return loss, grad, params, X, y


@healthy
def ok_tied_autoencoder():
    """Correct: tied weights get both contributions, W untransposed in the backward pass is right here."""
    rng = np.random.RandomState(7)
    X = np.abs(rng.rand(15, 6))
    params = {"W": rng.randn(6, 3) * 0.7, "bvis": rng.randn(6) * 0.2, "bhid": rng.randn(3) * 0.2}
    sigmoid = lambda t: 1.0 / (1.0 + np.exp(-t))

    def loss(p, X, y):
        h = sigmoid(X @ p["W"] + p["bhid"])
        r = sigmoid(h @ p["W"].T + p["bvis"])
        return float(-np.sum(y * np.log(r) + (1 - y) * np.log(1 - r)) / X.shape[0])

    def grad(p, X, y):
        h = sigmoid(X @ p["W"] + p["bhid"])
        r = sigmoid(h @ p["W"].T + p["bvis"])
        L_vis = y - r
        L_hid = (L_vis @ p["W"]) * h * (1 - h)
        dW = X.T @ L_hid + L_vis.T @ h
        n = X.shape[0]
        return {"W": -dW / n, "bvis": -L_vis.sum(0) / n, "bhid": -L_hid.sum(0) / n}

    return loss, grad, params, X, X.copy()


@healthy
def ok_leaky_huber():
    """Correct: clipped error is the derivative of the Huber loss, different leaky slopes per layer."""
    rng = np.random.RandomState(9)
    X = rng.randn(3, 13)
    y = 2 * X[:1] - X[1:2] * X[2:3] + 2 * (rng.rand(1, 13) > 0.8)
    params = {
        "A": rng.randn(5, 3) * 0.8,
        "a": rng.randn(5, 1) * 0.3,
        "B": rng.randn(4, 5) * 0.8,
        "b": rng.randn(4, 1) * 0.3,
        "C": rng.randn(1, 4) * 0.8,
        "c": rng.randn(1, 1) * 0.3,
    }
    delta = 1.0

    def lrelu(z, s):
        return np.where(z > 0, z, s * z)

    def net(p, X):
        z1 = p["A"] @ X + p["a"]
        z2 = p["B"] @ lrelu(z1, 0.3) + p["b"]
        return z1, z2, p["C"] @ lrelu(z2, 0.01) + p["c"]

    def loss(p, X, y):
        r = net(p, X)[2] - y
        small = np.abs(r) <= delta
        return float(np.where(small, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta)).mean())

    def grad(p, X, y):
        z1, z2, out = net(p, X)
        e = np.clip(out - y, -delta, delta) / y.shape[1]
        e2 = p["C"].T @ e
        e2[z2 < 0] *= 0.01
        e1 = p["B"].T @ e2
        e1[z1 < 0] *= 0.3
        return {
            "C": e @ lrelu(z2, 0.01).T,
            "c": e.sum(1, keepdims=True),
            "B": e2 @ lrelu(z1, 0.3).T,
            "b": e2.sum(1, keepdims=True),
            "A": e1 @ X.T,
            "a": e1.sum(1, keepdims=True),
        }

    return loss, grad, params, X, y


@healthy
def ok_softplus_sigmoid_of_z():
    """Correct: softplus slope is the sigmoid of z and also 1-exp(-a)."""
    rng = np.random.RandomState(14)
    X = rng.rand(11, 4) * 2 - 1
    y = X[:, :1] ** 2 + 0.5 * X[:, 1:2]
    params = {"weights1": rng.randn(4, 5), "weights2": rng.randn(5, 1)}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        layer1 = np.log1p(np.exp(X @ p["weights1"]))
        out = np.log1p(np.exp(layer1 @ p["weights2"]))
        return float(np.sum((y - out) ** 2))

    def grad(p, X, y):
        layer1 = np.log1p(np.exp(X @ p["weights1"]))
        out = np.log1p(np.exp(layer1 @ p["weights2"]))
        d = 2 * (y - out) * (1 - np.exp(-out))
        d_weights2 = layer1.T @ d
        d_weights1 = X.T @ (d @ p["weights2"].T * sigmoid(X @ p["weights1"]))
        return {"weights1": -d_weights1, "weights2": -d_weights2}

    return loss, grad, params, X, y


@healthy
def ok_ones_appended_each_layer():
    """Correct: a one is appended inside each layer and cut off on the way back, tanh against -1/1 labels."""
    rng = np.random.RandomState(26)
    X = rng.randn(10, 3)
    y = np.sign(X[:, 0] * X[:, 1])[:, None]
    params = {"w0": rng.randn(4, 4) * 0.6, "w1": rng.randn(5, 3) * 0.6, "w2": rng.randn(4, 1) * 0.6}

    def add_one(a):
        return np.hstack([a, np.ones((a.shape[0], 1))])

    def forward(p, a):
        outs = [add_one(a)]
        for k in ("w0", "w1"):
            outs.append(add_one(np.tanh(outs[-1] @ p[k])))
        outs.append(np.tanh(outs[-1] @ p["w2"]))
        return outs

    def loss(p, X, y):
        return float(np.mean((forward(p, X)[-1] - y) ** 2) / 2)

    def grad(p, X, y):
        o = forward(p, X)
        n = len(X)
        d2 = (o[3] - y) * (1 - o[3] ** 2)
        d1 = (d2 @ p["w2"].T * (1 - o[2] ** 2))[:, :-1]
        d0 = (d1 @ p["w1"].T * (1 - o[1] ** 2))[:, :-1]
        return {"w2": o[2].T @ d2 / n, "w1": o[1].T @ d1 / n, "w0": o[0].T @ d0 / n}

    return loss, grad, params, X, y


@ill("label_not_subtracted", "unknown")
def svm_right_class_untouched():
    """Multiclass hinge: the columns of the wrong classes get +x, but -x is never added for the right class."""
    rng = np.random.RandomState(40)
    y = rng.randint(0, 4, 19)
    X = np.c_[rng.randn(19, 5) + y[:, None] * 0.4, np.ones(19)]
    params = {"W": rng.randn(6, 4) * 0.3}
    reg = 0.05

    def loss(p, X, y):
        W = p["W"]
        total = 0.0
        for i in range(X.shape[0]):
            s = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                total += max(0, s[j] - s[y[i]] + 1)
        return float(total / X.shape[0] + reg * np.sum(W * W))

    def grad(p, X, y):
        W = p["W"]
        dW = np.zeros(W.shape)
        for i in range(X.shape[0]):
            s = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                if s[j] - s[y[i]] + 1 > 0:
                    dW[:, j] += X[i]
        return {"W": dW / X.shape[0] + 2 * reg * W}

    return loss, grad, params, X, y


@ill("activation_slope_missing", "different_loss")
def mse_sigmoid_bare_error():
    """Squared error with sigmoid output, output delta is just out - y as for cross-entropy."""
    rng = np.random.RandomState(101)
    X = rng.rand(12, 2)
    y = ((X[:, 0] > 0.5) ^ (X[:, 1] > 0.5)).astype(float).reshape(-1, 1)
    params = {
        "W_hidden": rng.randn(2, 4),
        "b_hidden": rng.randn(4) * 0.3,
        "W_out": rng.randn(4, 1),
        "b_out": rng.randn(1) * 0.3,
    }

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def predict(p, X):
        h = sigmoid(X @ p["W_hidden"] + p["b_hidden"])
        return h, sigmoid(h @ p["W_out"] + p["b_out"])

    def loss(p, X, y):
        return float(0.5 * np.mean((predict(p, X)[1] - y) ** 2))

    def grad(p, X, y):
        h, out = predict(p, X)
        d_out = (out - y) / len(X)
        d_hidden = (d_out @ p["W_out"].T) * h * (1 - h)
        return {"W_hidden": X.T @ d_hidden, "b_hidden": d_hidden.sum(0), "W_out": h.T @ d_out, "b_out": d_out.sum(0)}

    return loss, grad, params, X, y


@ill("activation_slope_extra", "different_loss")
def bce_with_extra_slope():
    """A(1-a) multiplied onto a-y although the loss is binary cross-entropy."""
    rng = np.random.RandomState(102)
    X = rng.randn(3, 20)
    Y = (X.sum(0, keepdims=True) > 0).astype(float)
    params = {
        "w1": rng.randn(5, 3) * 0.6,
        "b1": rng.randn(5, 1) * 0.1,
        "w2": rng.randn(1, 5) * 0.6,
        "b2": rng.randn(1, 1) * 0.1,
    }

    def g(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, Y):
        a1 = np.maximum(0, p["w1"] @ X + p["b1"])
        a2 = np.clip(g(p["w2"] @ a1 + p["b2"]), 1e-12, 1 - 1e-12)
        return float(-np.mean(Y * np.log(a2) + (1 - Y) * np.log(1 - a2)))

    def grad(p, X, Y):
        m = X.shape[1]
        z1 = p["w1"] @ X + p["b1"]
        a1 = np.maximum(0, z1)
        a2 = g(p["w2"] @ a1 + p["b2"])
        dz2 = (a2 - Y) * (a2 * (1 - a2))
        dz1 = (p["w2"].T @ dz2) * (z1 > 0)
        return {
            "w2": dz2 @ a1.T / m,
            "b2": np.sum(dz2, 1, keepdims=True) / m,
            "w1": dz1 @ X.T / m,
            "b1": np.sum(dz1, 1, keepdims=True) / m,
        }

    return loss, grad, params, X, Y


@ill("activation_slope_of_error")
def hidden_slope_from_delta():
    """The hidden slope is computed from the hidden error and not from the hidden activation."""
    rng = np.random.RandomState(103)
    X = rng.randn(13, 3)
    y = 1 / (1 + np.exp(-2 * X[:, [0]] + X[:, [1]]))
    params = {"syn0": rng.uniform(-1, 1, (3, 4)), "syn1": rng.uniform(-1, 1, (4, 1))}

    def nonlin(x, deriv=False):
        return x * (1 - x) if deriv else 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        l1 = nonlin(X @ p["syn0"])
        return float(np.sum((y - nonlin(l1 @ p["syn1"])) ** 2) / 2)

    def grad(p, X, y):
        l0 = X
        l1 = nonlin(l0 @ p["syn0"])
        l2 = nonlin(l1 @ p["syn1"])
        l2_error = l2 - y
        l2_delta = l2_error * nonlin(l2, True)
        l1_error = l2_delta @ p["syn1"].T
        l1_delta = l1_error * nonlin(l1_error, True)
        return {"syn0": l0.T @ l1_delta, "syn1": l1.T @ l2_delta}

    return loss, grad, params, X, y


@ill("softmax_jacobian")
def softmax_diagonal_only():
    """The softmax layer's backward uses only the diagonal p(1-p) of the Jacobian."""
    rng = np.random.RandomState(104)
    t = rng.randint(0, 3, 16)
    X = rng.randn(16, 4) + np.eye(3, 4)[t]
    T = np.eye(3)[t]
    params = {
        "W1": rng.randn(4, 6) * 0.5,
        "b1": rng.randn(6) * 0.1,
        "W2": rng.randn(6, 3) * 0.5,
        "b2": rng.randn(3) * 0.1,
    }

    class Softmax:
        def forward(self, x):
            e = np.exp(x - x.max(axis=-1, keepdims=True))
            self.out = e / e.sum(axis=-1, keepdims=True)
            return self.out

        def backward(self, dout):
            return dout * self.out * (1 - self.out)

    class Tanh:
        def forward(self, x):
            self.out = np.tanh(x)
            return self.out

        def backward(self, dout):
            return dout * (1 - self.out**2)

    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, x):
            self.x = x
            return x @ self.W + self.b

        def backward(self, dout):
            self.dW = self.x.T @ dout
            self.db = dout.sum(axis=0)
            return dout @ self.W.T

    def layers(p):
        return [Affine(p["W1"], p["b1"]), Tanh(), Affine(p["W2"], p["b2"]), Softmax()]

    def loss(p, X, T):
        x = X
        for l in layers(p):
            x = l.forward(x)
        return float(-np.sum(T * np.log(x + 1e-10)) / len(X))

    def grad(p, X, T):
        ls = layers(p)
        x = X
        for l in ls:
            x = l.forward(x)
        dout = -T / (x + 1e-10) / len(X)
        for l in reversed(ls):
            dout = l.backward(dout)
        return {"W1": ls[0].dW, "b1": ls[0].db, "W2": ls[2].dW, "b2": ls[2].db}

    return loss, grad, params, X, T


@ill("updated_weights")
def update_then_carry():
    """W2 is updated before the hidden delta is computed with it."""
    rng = np.random.RandomState(105)
    X = rng.randn(15, 3)
    y = np.c_[X[:, 0] > 0, X[:, 1] > X[:, 2]].astype(float)
    params = {"W1": rng.randn(3, 5) * 0.7, "W2": rng.randn(5, 2) * 0.7}
    learning_rate = 0.8

    def s(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(0.5 * ((s(s(X @ p["W1"]) @ p["W2"]) - y) ** 2).sum())

    def grad(p, X, y):
        W1 = p["W1"].copy()
        W2 = p["W2"].copy()
        h = s(X @ W1)
        o = s(h @ W2)
        d2 = (y - o) * o * (1 - o)
        W2 = W2 + learning_rate * h.T @ d2
        d1 = d2 @ W2.T * h * (1 - h)
        W1 = W1 + learning_rate * X.T @ d1
        return {"W1": (p["W1"] - W1) / learning_rate, "W2": (p["W2"] - W2) / learning_rate}

    return loss, grad, params, X, y


@ill("transposed")
def square_first_layer_transposed():
    """V is (units, inputs) and square; its gradient is returned as (inputs, units)."""
    rng = np.random.RandomState(106)
    X = rng.randn(14, 5)
    y = X[:, 0] - X[:, 1] * X[:, 4]
    params = {"V": rng.randn(5, 5) * 0.5, "vb": rng.randn(5) * 0.2, "w": rng.randn(5), "wb": rng.randn(1) * 0.1}

    def loss(p, X, y):
        h = np.tanh(X.dot(p["V"].T) + p["vb"])
        return float(np.mean((h.dot(p["w"]) + p["wb"] - y) ** 2))

    def grad(p, X, y):
        h = np.tanh(X.dot(p["V"].T) + p["vb"])
        r = 2 * (h.dot(p["w"]) + p["wb"] - y) / y.size
        dh = np.outer(r, p["w"]) * (1 - h * h)
        return {"V": X.T.dot(dh), "vb": dh.sum(0), "w": h.T.dot(r), "wb": np.array([r.sum()])}

    return loss, grad, params, X, y


@ill("broadcast")
def linear_regression_nn_broadcast():
    """(N,1) prediction minus (N,) target makes an NxN error which is averaged to fit the shape."""
    rng = np.random.RandomState(107)
    X = rng.randn(18, 3)
    y = X @ np.array([1.5, -2.0, 0.7]) + 3 + 0.2 * rng.randn(18)
    params = {"w": rng.randn(3, 1), "b": np.array(0.4)}

    def loss(p, X, y):
        pred = X @ p["w"] + p["b"]
        return float(np.mean((pred.flatten() - y) ** 2))

    def grad(p, X, y):
        pred = X @ p["w"] + p["b"]
        err = pred - y
        dw = 2 * np.mean(X.T @ err, axis=1, keepdims=True) / len(y)
        db = 2 * np.mean(err)
        return {"w": dw, "b": np.array(db)}

    return loss, grad, params, X, y


@ill("scalar_cost")
def one_mean_error_for_all():
    """The mean squared error, one number, serves as error signal of every example."""
    rng = np.random.RandomState(108)
    X = rng.rand(10, 3)
    y = (X.sum(1, keepdims=True) > 1.4).astype(float)
    params = {"W0": rng.randn(3, 4) * 0.9, "W1": rng.randn(4, 1) * 0.9}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(np.mean(np.square(sigmoid(sigmoid(X @ p["W0"]) @ p["W1"]) - y)))

    def grad(p, X, y):
        hid = sigmoid(X @ p["W0"])
        out = sigmoid(hid @ p["W1"])
        cost = np.mean(np.square(out - y))
        d_out = cost * out * (1 - out)
        d_hid = d_out @ p["W1"].T * hid * (1 - hid)
        return {"W0": X.T @ d_hid, "W1": hid.T @ d_out}

    return loss, grad, params, X, y


@healthy
def ok_relu_mask_from_activation_list():
    """Correct: recursive net, ReLU mask from the activation, summed cross-entropy with integer labels and no 1/N."""
    rng = np.random.RandomState(109)
    sizes = [4, 6, 5, 3]
    lab = rng.randint(0, 3, 17)
    X = rng.randn(17, 4) + lab[:, None] * 0.5
    params = {}
    for i in range(3):
        params["W%d" % i] = rng.randn(sizes[i], sizes[i + 1]) * 0.6
        params["b%d" % i] = rng.randn(1, sizes[i + 1]) * 0.2

    def loss(p, X, lab):
        a = X
        for i in range(3):
            a = a @ p["W%d" % i] + p["b%d" % i]
            if i != 2:
                a = a * (a > 0)
        a = a - a.max(1, keepdims=True)
        logp = a - np.log(np.exp(a).sum(1, keepdims=True))
        return float(-logp[range(len(lab)), lab].sum())

    def grad(p, X, lab):
        def rec(i, a):
            z = a @ p["W%d" % i] + p["b%d" % i]
            if i == 2:
                q = np.exp(z - z.max(1, keepdims=True))
                d = q / q.sum(1, keepdims=True) - np.eye(3)[lab]
                g = {}
            else:
                out = z * (z > 0)
                back, g = rec(i + 1, out)
                d = back * (out > 0)
            g["W%d" % i] = a.T @ d
            g["b%d" % i] = d.sum(0, keepdims=True)
            return d @ p["W%d" % i].T, g

        return rec(0, X)[1]

    return loss, grad, params, X, lab


@healthy
def ok_full_softmax_jacobian_mse():
    """Correct: softmax with squared error needs the full Jacobian on top of a-y."""
    rng = np.random.RandomState(110)
    t = rng.randint(0, 3, 9)
    X = rng.randn(9, 4)
    Y = np.eye(3)[t]
    params = {"W": rng.randn(4, 3), "b": rng.randn(3) * 0.2}

    def soft(z):
        e = np.exp(z - np.max(z))
        return e / np.sum(e)

    def loss(p, X, Y):
        return float(sum(np.sum((soft(x @ p["W"] + p["b"]) - y) ** 2) for x, y in zip(X, Y)) / len(X))

    def grad(p, X, Y):
        dW = 0 * p["W"]
        db = 0 * p["b"]
        for x, y in zip(X, Y):
            a = soft(x @ p["W"] + p["b"])
            J = np.diag(a) - np.outer(a, a)
            d = J @ (2 * (a - y))
            dW = dW + np.outer(x, d)
            db = db + d
        return {"W": dW / len(X), "b": db / len(X)}

    return loss, grad, params, X, Y


@healthy
def ok_elu_slope_from_output():
    """Correct: ELU slope as a+alpha from the output, MSE over all elements."""
    rng = np.random.RandomState(111)
    X = rng.randn(4, 15)
    y = np.sin(X[:2]) + X[2:4]
    params = {
        "Wx": rng.randn(6, 4) * 0.6,
        "bx": rng.randn(6, 1) * 0.2,
        "Wy": rng.randn(2, 6) * 0.6,
        "by": rng.randn(2, 1) * 0.2,
    }
    alpha = 1.3

    def elu(z):
        return np.where(z > 0, z, alpha * (np.exp(z) - 1))

    def delu(a):
        return np.where(a > 0, 1.0, a + alpha)

    def loss(p, X, y):
        out = p["Wy"] @ elu(p["Wx"] @ X + p["bx"]) + p["by"]
        return float(((out - y) ** 2).mean())

    def grad(p, X, y):
        H = elu(p["Wx"] @ X + p["bx"])
        out = p["Wy"] @ H + p["by"]
        n = out.shape[0] * out.shape[1]
        D = (out - y) / (0.5 * n)
        E = (p["Wy"].T @ D) * delu(H)
        return {"Wx": E @ X.T, "Wy": D @ H.T, "bx": E.sum(axis=1).reshape(-1, 1), "by": D.sum(axis=1).reshape(-1, 1)}

    return loss, grad, params, X, y


@ill("bias_reduction")
def hidden_bias_summed_to_scalar():
    """Np.sum without axis: every hidden bias gets the sum over all units."""
    rng = np.random.RandomState(112)
    X = rng.randn(16, 3)
    y = (X[:, :1] * X[:, 1:2] > 0) * 1.0
    params = {
        "wh": rng.randn(3, 6) * 0.7,
        "bh": rng.randn(1, 6) * 0.3,
        "wout": rng.randn(6, 1) * 0.7,
        "bout": rng.randn(1, 1) * 0.3,
    }

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        hl = sigmoid(X.dot(p["wh"]) + p["bh"])
        return float(0.5 * np.sum((y - sigmoid(hl.dot(p["wout"]) + p["bout"])) ** 2))

    def grad(p, X, y):
        lr = 0.1
        wh, bh, wout, bout = (p[k].copy() for k in ("wh", "bh", "wout", "bout"))
        hl = sigmoid(X.dot(wh) + bh)
        output = sigmoid(hl.dot(wout) + bout)
        E = y - output
        d_output = E * output * (1 - output)
        d_hidden = d_output.dot(wout.T) * hl * (1 - hl)
        wout += hl.T.dot(d_output) * lr
        bout += np.sum(d_output) * lr
        wh += X.T.dot(d_hidden) * lr
        bh += np.sum(d_hidden) * lr
        return {
            "wh": (p["wh"] - wh) / lr,
            "bh": (p["bh"] - bh) / lr,
            "wout": (p["wout"] - wout) / lr,
            "bout": (p["bout"] - bout) / lr,
        }

    return loss, grad, params, X, y


@ill("wrong_cached_input")
def dw2_from_preactivation():
    """DW2 is built with Z1 instead of A1."""
    rng = np.random.RandomState(113)
    lab = rng.randint(0, 3, 21)
    X = rng.randn(4, 21) + 0.6 * lab
    Y = np.eye(3)[:, lab]
    params = {
        "W1": rng.randn(5, 4) * 0.5,
        "b1": rng.randn(5, 1) * 0.1,
        "W2": rng.randn(3, 5) * 0.5,
        "b2": rng.randn(3, 1) * 0.1,
    }

    def softmax(Z):
        A = np.exp(Z - Z.max(0))
        return A / A.sum(0)

    def forward_prop(p, X):
        Z1 = p["W1"].dot(X) + p["b1"]
        A1 = np.maximum(Z1, 0)
        Z2 = p["W2"].dot(A1) + p["b2"]
        return Z1, A1, Z2, softmax(Z2)

    def loss(p, X, Y):
        A2 = forward_prop(p, X)[-1]
        return float(-np.sum(Y * np.log(A2)) / Y.shape[1])

    def grad(p, X, Y):
        m = Y.shape[1]
        Z1, A1, Z2, A2 = forward_prop(p, X)
        dZ2 = A2 - Y
        dW2 = 1 / m * dZ2.dot(Z1.T)
        db2 = 1 / m * np.sum(dZ2, 1, keepdims=True)
        dZ1 = p["W2"].T.dot(dZ2) * (Z1 > 0)
        dW1 = 1 / m * dZ1.dot(X.T)
        db1 = 1 / m * np.sum(dZ1, 1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return loss, grad, params, X, Y


@ill("labels_misaligned")
def sgd_permutes_only_inputs():
    """Inputs are shuffled, the targets are not."""
    rng = np.random.RandomState(114)
    X = rng.randn(14, 3)
    y = 2 * X[:, 0] - X[:, 1]
    params = {"w": rng.randn(3), "b": np.array([0.3])}

    def loss(p, X, y):
        return float(np.sum((X @ p["w"] + p["b"] - y) ** 2) / (2 * len(y)))

    def grad(p, X, y):
        order = np.random.RandomState(0).permutation(len(y))
        Xs = X[order]
        ys = y
        dw = np.zeros(3)
        db = 0.0
        for i in range(len(ys)):
            e = Xs[i] @ p["w"] + p["b"][0] - ys[i]
            dw += e * Xs[i]
            db += e
        return {"w": dw / len(ys), "b": np.array([db / len(ys)])}

    return loss, grad, params, X, y


@ill("bias_reduction", "activation_slope_missing")
def twofold_mean_bias_and_slope():
    """TWO mistakes: the tanh slope of the hidden layer is left out, and the biases are averaged although the loss is
    a sum."""
    rng = np.random.RandomState(115)
    lab = rng.randint(0, 3, 23)
    X = rng.randn(23, 2) + 0.8 * lab[:, None]
    params = {"W1": rng.randn(2, 5), "b1": rng.randn(5) * 0.2, "W2": rng.randn(5, 3), "b2": rng.randn(3) * 0.2}

    def probs(p, X):
        h = np.tanh(X @ p["W1"] + p["b1"])
        e = np.exp(h @ p["W2"] + p["b2"])
        return h, e / np.sum(e, axis=1, keepdims=True)

    def loss(p, X, lab):
        q = probs(p, X)[1]
        return float(np.sum(-np.log(q[np.arange(len(lab)), lab])))

    def grad(p, X, lab):
        h, q = probs(p, X)
        d3 = q.copy()
        d3[range(len(lab)), lab] -= 1
        d2 = d3.dot(p["W2"].T)
        return {"W2": h.T.dot(d3), "b2": np.mean(d3, axis=0), "W1": X.T.dot(d2), "b1": np.mean(d2, axis=0)}

    return loss, grad, params, X, lab


@ill("scale")
def mse_factor_two_dropped():
    """The 2 of the square's derivative was dropped though the loss has no 1/2."""
    rng = np.random.RandomState(201)
    X = rng.randn(16, 4)
    Y = np.c_[X[:, 0] ** 2, X[:, 1] + X[:, 2]]
    params = {
        "W_1": rng.randn(4, 5) * 0.6,
        "B_1": rng.randn(1, 5) * 0.2,
        "W_2": rng.randn(5, 2) * 0.6,
        "B_2": rng.randn(1, 2) * 0.2,
    }

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, Y):
        P = sigma(X @ p["W_1"] + p["B_1"]) @ p["W_2"] + p["B_2"]
        return float(np.sum((Y - P) ** 2) / len(X))

    def grad(p, X, Y):
        M1 = sigma(X @ p["W_1"] + p["B_1"])
        P = M1 @ p["W_2"] + p["B_2"]
        dLdP = -(Y - P) / len(X)
        dLdM1 = dLdP @ p["W_2"].T
        dLdN1 = dLdM1 * M1 * (1 - M1)
        return {
            "W_1": X.T @ dLdN1,
            "B_1": np.ones((1, len(X))) @ dLdN1,
            "W_2": M1.T @ dLdP,
            "B_2": np.ones((1, len(X))) @ dLdP,
        }

    return loss, grad, params, X, Y


@ill("scale")
def mse_all_elements_divided_by_n_only():
    """Np.mean runs over N*K elements, the gradient divides by N only: K times too large (float32)."""
    rng = np.random.RandomState(202)
    X = rng.rand(12, 5).astype(np.float32)
    y = np.stack([X[:, 0] - X[:, 1], X[:, 2], X[:, 3] * X[:, 4]], 1).astype(np.float32)
    params = {"fc1": (rng.randn(5, 4) * 0.8).astype(np.float32), "fc2": (rng.randn(4, 3) * 0.8).astype(np.float32)}

    def loss(p, X, y):
        h = np.tanh(X @ p["fc1"])
        return float(((h @ p["fc2"] - y) ** 2).mean())

    def grad(p, X, y):
        h = np.tanh(X @ p["fc1"])
        g = 2 * (h @ p["fc2"] - y) / y.shape[0]
        gh = (g @ p["fc2"].T) * (1 - h**2)
        return {"fc1": X.T @ gh, "fc2": h.T @ g}

    return loss, grad, params, X, y


@ill("loss_in_place_of_slope")
def half_square_in_delta():
    """Delta uses the squared error itself instead of its derivative o - t."""
    rng = np.random.RandomState(203)
    X = rng.randn(11, 3)
    y = (X[:, 0] > X[:, 1]).astype(float)
    params = {"hidden": rng.randn(4, 4) * 0.8, "output": rng.randn(1, 5) * 0.8}

    def act(x):
        return 1 / (1 + np.exp(-x))

    def fwd(p, row):
        a = np.append(row, 1.0)
        h = np.append(act(p["hidden"] @ a), 1.0)
        return a, h, act(p["output"] @ h)

    def loss(p, X, y):
        return float(sum(0.5 * (t - fwd(p, r)[2][0]) ** 2 for r, t in zip(X, y)))

    def grad(p, X, y):
        g = {"hidden": np.zeros((4, 4)), "output": np.zeros((1, 5))}
        for row, t in zip(X, y):
            a, h, o = fwd(p, row)
            error = 0.5 * (t - o) ** 2
            delta_o = error * o * (1 - o)
            delta_h = (p["output"].T @ delta_o)[:-1] * h[:-1] * (1 - h[:-1])
            g["output"] += np.outer(delta_o, h)
            g["hidden"] += np.outer(delta_h, a)
        return g

    return loss, grad, params, X, y


@ill("loss_in_place_of_slope")
def bce_value_as_delta():
    """The per-example binary cross-entropy is used where its derivative with respect to a belongs."""
    rng = np.random.RandomState(204)
    X = rng.randn(3, 19)
    Y = (X[0:1] + 0.5 * rng.randn(1, 19) > 0).astype(float)
    params = {"W1": rng.randn(4, 3) * 0.7, "b1": np.zeros((4, 1)), "W2": rng.randn(1, 4) * 0.7, "b2": np.zeros((1, 1))}

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def per_example(a, Y):
        return -(Y * np.log(a + 1e-10) + (1 - Y) * np.log(1 - a + 1e-10))

    def loss(p, X, Y):
        a = sigmoid(p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) + p["b2"])
        return float(per_example(a, Y).mean())

    def grad(p, X, Y):
        h = np.tanh(p["W1"] @ X + p["b1"])
        a = sigmoid(p["W2"] @ h + p["b2"])
        dA = per_example(a, Y)
        dZ = dA * a * (1 - a) / Y.size
        dH = p["W2"].T @ dZ * (1 - h**2)
        return {"W1": dH @ X.T, "b1": dH.sum(1, keepdims=True), "W2": dZ @ h.T, "b2": dZ.sum(1, keepdims=True)}

    return loss, grad, params, X, Y


@ill("label_not_subtracted")
def probs_without_label():
    """Softmax probabilities taken as delta, one-hot label never subtracted."""
    rng = np.random.RandomState(205)
    lab = rng.randint(0, 4, 24)
    X = rng.randn(24, 3) + 0.7 * lab[:, None]
    params = {"W": rng.randn(4, 4) * 0.4}

    def softmax(s):
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def design(X):
        return np.hstack((np.ones((len(X), 1)), X))

    def loss(p, X, lab):
        P = softmax(design(X) @ p["W"])
        return float(np.mean(-np.log(P[np.arange(len(X)), lab])))

    def grad(p, X, lab):
        A = design(X)
        P = softmax(A @ p["W"])
        return {"W": A.T @ P / len(X)}

    return loss, grad, params, X, lab


@ill("different_loss")
def l1_loss_squared_gradient():
    """Absolute error is minimised but the delta is the residual instead of its sign."""
    rng = np.random.RandomState(206)
    X = rng.randn(17, 4)
    y = 3 * X[:, [0]] - X[:, [1]] * X[:, [2]]
    params = {"M": rng.randn(4, 5) * 0.7, "m": rng.randn(5) * 0.2, "N": rng.randn(5, 1) * 0.7, "n": rng.randn(1) * 0.2}

    def loss(p, X, y):
        z = X @ p["M"] + p["m"]
        return float(np.mean(np.abs(np.where(z > 0, z, 0.1 * z) @ p["N"] + p["n"] - y)))

    def grad(p, X, y):
        z = X @ p["M"] + p["m"]
        a = np.where(z > 0, z, 0.1 * z)
        d = (a @ p["N"] + p["n"] - y) / len(y)
        e = d @ p["N"].T * np.where(z > 0, 1, 0.1)
        return {"M": X.T @ e, "m": e.sum(0), "N": a.T @ d, "n": d.sum(0)}

    return loss, grad, params, X, y


@ill("relu_mask")
def leaky_relu_plain_mask():
    """Leaky ReLU forward, but backward zeroes the negative side instead of multiplying by 0.2."""
    rng = np.random.RandomState(207)
    X = rng.randn(3, 15)
    y = np.abs(X[:1]) + X[1:2]
    params = {
        "W1": rng.randn(6, 3) * 0.7,
        "b1": rng.randn(6, 1) * 0.2,
        "W2": rng.randn(4, 6) * 0.7,
        "b2": rng.randn(4, 1) * 0.2,
        "W3": rng.randn(1, 4) * 0.7,
        "b3": rng.randn(1, 1) * 0.2,
    }

    def leaky(Z):
        return np.maximum(0.2 * Z, Z)

    def loss(p, X, y):
        A1 = leaky(p["W1"] @ X + p["b1"])
        A2 = leaky(p["W2"] @ A1 + p["b2"])
        return float(np.sum((p["W3"] @ A2 + p["b3"] - y) ** 2) / (2 * y.shape[1]))

    def grad(p, X, y):
        Z1 = p["W1"] @ X + p["b1"]
        A1 = leaky(Z1)
        Z2 = p["W2"] @ A1 + p["b2"]
        A2 = leaky(Z2)
        dZ3 = (p["W3"] @ A2 + p["b3"] - y) / y.shape[1]
        dZ2 = np.array(p["W3"].T @ dZ3)
        dZ2[Z2 <= 0] = 0
        dZ1 = np.array(p["W2"].T @ dZ2)
        dZ1[Z1 <= 0] = 0
        s = lambda d: np.sum(d, axis=1, keepdims=True)
        return {"W3": dZ3 @ A2.T, "b3": s(dZ3), "W2": dZ2 @ A1.T, "b2": s(dZ2), "W1": dZ1 @ X.T, "b1": s(dZ1)}

    return loss, grad, params, X, y


@ill("relu_mask")
def relu_mask_of_wrong_layer():
    """Copy and paste: the second hidden layer is masked with the first layer's activations."""
    rng = np.random.RandomState(208)
    X = rng.randn(18, 4)
    t = (X[:, 0] * X[:, 1] > 0).astype(float)[:, None]
    params = {"a1": rng.randn(4, 6) * 0.7, "a2": rng.randn(6, 6) * 0.6, "a3": rng.randn(6, 1) * 0.7}

    def relu(x):
        return np.where(x < 0, 0, x)

    def loss(p, X, t):
        logit = relu(relu(X @ p["a1"]) @ p["a2"]) @ p["a3"]
        return float(np.mean(np.maximum(logit, 0) - logit * t + np.log1p(np.exp(-np.abs(logit)))))

    def grad(p, X, t):
        h1 = relu(X @ p["a1"])
        h2 = relu(h1 @ p["a2"])
        logit = h2 @ p["a3"]
        d3 = (1 / (1 + np.exp(-logit)) - t) / len(t)
        d2 = d3 @ p["a3"].T * (h1 > 0)
        d1 = d2 @ p["a2"].T * (h1 > 0)
        return {"a3": h2.T @ d3, "a2": h1.T @ d2, "a1": X.T @ d1}

    return loss, grad, params, X, t


@ill("delta_not_carried", "wrong_matrix_carried_back")
def output_error_in_first_layer():
    """The first layer's error is taken from the output delta through w3, skipping the middle layer."""
    rng = np.random.RandomState(209)
    X = rng.rand(13, 3)
    y = np.c_[X[:, 0] * X[:, 1], X[:, 2]]
    params = {"w1": rng.randn(3, 4), "w2": rng.randn(4, 4), "w3": rng.randn(4, 2)}

    def f(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(0.5 * np.sum((f(f(f(X @ p["w1"]) @ p["w2"]) @ p["w3"]) - y) ** 2))

    def grad(p, X, y):
        L1 = f(X @ p["w1"])
        L2 = f(L1 @ p["w2"])
        L3 = f(L2 @ p["w3"])
        D3 = (L3 - y) * L3 * (1 - L3)
        E2 = D3 @ p["w3"].T
        D2 = E2 * L2 * (1 - L2)
        E1 = D3 @ p["w3"].T
        D1 = E1 * L1 * (1 - L1)
        return {"w1": X.T @ D1, "w2": L1.T @ D2, "w3": L2.T @ D3}

    return loss, grad, params, X, y


@healthy
def ok_theta_vector_unrolled():
    """Correct: unrolled theta vector, bias columns zeroed on a copy for the penalty, T2 untransposed because rows are
    units."""
    rng = np.random.RandomState(210)
    D, H, K, N = 3, 4, 2, 14
    X = rng.randn(N, D)
    y = np.c_[X[:, 0] > 0, X[:, 1] + X[:, 2] > 0].astype(float)
    params = {"theta": rng.randn((D + 1) * H + (H + 1) * K) * 0.6}
    lam = 0.3

    def unroll(v):
        cut = (D + 1) * H
        return v[:cut].reshape(H, D + 1), v[cut:].reshape(K, H + 1)

    def sg(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        T1, T2 = unroll(p["theta"])
        n = len(X)
        A1 = np.column_stack([np.ones(n), X])
        A2 = np.column_stack([np.ones(n), sg(A1 @ T1.T)])
        h = sg(A2 @ T2.T)
        J = np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h)) / n
        return float(J + lam / (2 * n) * (np.sum(T1[:, 1:] ** 2) + np.sum(T2[:, 1:] ** 2)))

    def grad(p, X, y):
        T1, T2 = unroll(p["theta"])
        n = len(X)
        A1 = np.column_stack([np.ones(n), X])
        A2 = np.column_stack([np.ones(n), sg(A1 @ T1.T)])
        D3 = sg(A2 @ T2.T) - y
        D2 = (D3 @ T2 * (A2 * (1 - A2)))[:, 1:]
        G1 = D2.T @ A1 / n
        G2 = D3.T @ A2 / n
        T1 = T1.copy()
        T1[:, 0] = 0
        T2 = T2.copy()
        T2[:, 0] = 0
        return {"theta": np.concatenate([(G1 + lam / n * T1).ravel(), (G2 + lam / n * T2).ravel()])}

    return loss, grad, params, X, y


@healthy
def ok_skip_connection():
    """Correct: residual blocks, so the undamped error is also carried back."""
    rng = np.random.RandomState(211)
    X = rng.randn(12, 5)
    y = X[:, [0]] + np.sin(2 * X[:, [1]])
    params = {
        "Wa": rng.randn(5, 5) * 0.5,
        "ba": rng.randn(5) * 0.1,
        "Wb": rng.randn(5, 5) * 0.5,
        "bb": rng.randn(5) * 0.1,
        "wout": rng.randn(5, 1) * 0.5,
    }

    def loss(p, X, y):
        r1 = X + np.tanh(X @ p["Wa"] + p["ba"])
        r2 = r1 + np.tanh(r1 @ p["Wb"] + p["bb"])
        return float(0.5 * np.mean((r2 @ p["wout"] - y) ** 2))

    def grad(p, X, y):
        t1 = np.tanh(X @ p["Wa"] + p["ba"])
        r1 = X + t1
        t2 = np.tanh(r1 @ p["Wb"] + p["bb"])
        r2 = r1 + t2
        e = (r2 @ p["wout"] - y) / len(y)
        er2 = e @ p["wout"].T
        s2 = er2 * (1 - t2**2)
        er1 = er2 + s2 @ p["Wb"].T
        s1 = er1 * (1 - t1**2)
        return {"wout": r2.T @ e, "Wb": r1.T @ s2, "bb": s2.sum(0), "Wa": X.T @ s1, "ba": s1.sum(0)}

    return loss, grad, params, X, y


@healthy
def ok_shared_square_weights():
    """Correct: one square matrix used three times, accumulating with += within the call."""
    rng = np.random.RandomState(212)
    X = rng.randn(10, 4)
    y = rng.rand(10, 4)
    params = {"W": rng.randn(4, 4) * 0.6, "b": rng.randn(4) * 0.2}

    def loss(p, X, y):
        h = X
        for _ in range(3):
            h = np.tanh(h @ p["W"] + p["b"])
        return float(np.sum((h - y) ** 2) / 2)

    def grad(p, X, y):
        hs = [X]
        for _ in range(3):
            hs.append(np.tanh(hs[-1] @ p["W"] + p["b"]))
        dW = np.zeros_like(p["W"])
        db = np.zeros_like(p["b"])
        d = hs[-1] - y
        for t in (2, 1, 0):
            dz = d * (1 - hs[t + 1] ** 2)
            dW += hs[t].T @ dz
            db += dz.sum(0)
            d = dz @ p["W"].T
        return {"W": dW, "b": db}

    return loss, grad, params, X, y


@healthy
def ok_weighted_bce():
    """Correct: rare class weighted by 5, one scalar bias per layer so summing over everything is right."""
    rng = np.random.RandomState(213)
    X = rng.randn(22, 3)
    y = (X[:, 0] > 0.9).astype(float)
    params = {"w1": rng.randn(3, 4) * 0.6, "w2": rng.randn(4) * 0.6, "bias1": np.array(0.1), "bias2": np.array(-0.4)}
    pos = 5.0

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        h = sigmoid(X @ p["w1"] + p["bias1"])
        q = np.clip(sigmoid(h @ p["w2"] + p["bias2"]), 1e-10, 1 - 1e-10)
        return float(-np.mean(pos * y * np.log(q) + (1 - y) * np.log(1 - q)))

    def grad(p, X, y):
        h = sigmoid(X @ p["w1"] + p["bias1"])
        q = sigmoid(h @ p["w2"] + p["bias2"])
        d = np.where(y == 1, pos * (q - 1), q) / y.shape[0]
        dh = d[:, None] * p["w2"] * h * (1 - h)
        return {"w1": X.T @ dh, "w2": h.T @ d, "bias1": np.array(dh.sum()), "bias2": np.array(d.sum())}

    return loss, grad, params, X, y


@ill("dot_vs_elementwise")
def outer_missing_single_example():
    """Single example as vector: delta * input instead of the outer product, silently broadcast over the rows."""
    rng = np.random.RandomState(214)
    x = rng.randn(4)
    y = np.array([0.2, 0.8, 0.4, 0.6])
    params = {
        "W1": rng.randn(4, 4) * 0.7,
        "b1": rng.randn(4) * 0.2,
        "W2": rng.randn(4, 4) * 0.7,
        "b2": rng.randn(4) * 0.2,
    }
    lr = 0.5

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, x, y):
        a1 = sig(p["W1"] @ x + p["b1"])
        return float(0.5 * np.sum((sig(p["W2"] @ a1 + p["b2"]) - y) ** 2))

    def grad(p, x, y):
        a1 = sig(p["W1"] @ x + p["b1"])
        a2 = sig(p["W2"] @ a1 + p["b2"])
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = (p["W2"].T @ d2) * a1 * (1 - a1)
        new = {
            "W1": p["W1"] - lr * d1 * x,
            "b1": p["b1"] - lr * d1,
            "W2": p["W2"] - lr * d2 * a1,
            "b2": p["b2"] - lr * d2,
        }
        return {k: (p[k] - new[k]) / lr for k in p}

    return loss, grad, params, x, y


@ill("dot_vs_elementwise")
def matrix_product_with_slope():
    """XOR table with 4 examples and 4 units: .dot with the slope instead of elementwise product."""
    rng = np.random.RandomState(215)
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    params = {"weights_0_1": 2 * rng.rand(3, 4) - 1, "weights_1_2": 2 * rng.rand(4, 1) - 1}

    def tanh2deriv(o):
        return 1 - o**2

    def loss(p, X, y):
        return float(np.sum((np.tanh(X @ p["weights_0_1"]) @ p["weights_1_2"] - y) ** 2))

    def grad(p, X, y):
        layer_1 = np.tanh(X.dot(p["weights_0_1"]))
        layer_2 = layer_1.dot(p["weights_1_2"])
        layer_2_delta = 2 * (layer_2 - y)
        layer_1_delta = layer_2_delta.dot(p["weights_1_2"].T).dot(tanh2deriv(layer_1))
        return {"weights_0_1": X.T.dot(layer_1_delta), "weights_1_2": layer_1.T.dot(layer_2_delta)}

    return loss, grad, params, X, y


@ill("regularisation")
def penalty_on_bias_too():
    """Weight decay is added to the bias gradients as well, the penalty has weights only."""
    rng = np.random.RandomState(216)
    lab = rng.randint(0, 3, 20)
    X = rng.randn(20, 4) + 0.5 * lab[:, None]
    params = {"W0": rng.randn(4, 5) * 0.5, "b0": rng.randn(5), "W1": rng.randn(5, 3) * 0.5, "b1": rng.randn(3)}
    reg_lambda = 0.4

    def loss(p, X, lab):
        h = np.tanh(X @ p["W0"] + p["b0"])
        s = h @ p["W1"] + p["b1"]
        q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        data = -np.log(q[range(len(lab)), lab]).sum()
        return float((data + reg_lambda / 2 * (np.sum(np.square(p["W0"])) + np.sum(np.square(p["W1"])))) / len(lab))

    def grad(p, X, lab):
        n = len(lab)
        h = np.tanh(X @ p["W0"] + p["b0"])
        s = h @ p["W1"] + p["b1"]
        q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        q[range(n), lab] -= 1
        d = q @ p["W1"].T * (1 - np.power(h, 2))
        g = {"W1": h.T @ q, "b1": q.sum(0), "W0": X.T @ d, "b0": d.sum(0)}
        for k in g:
            g[k] = (g[k] + reg_lambda * p[k]) / n
        return g

    return loss, grad, params, X, lab


@ill("activation_slope_of_activation")
def tanh_with_sigmoid_slope():
    """Hidden layer was switched to tanh but the backward pass kept the sigmoid slope h(1-h)."""
    rng = np.random.RandomState(301)
    X = rng.randn(15, 3)
    y = X[:, [0]] * X[:, [2]]
    params = {
        "V": rng.randn(3, 6) * 0.7,
        "v0": rng.randn(6) * 0.2,
        "U": rng.randn(6, 1) * 0.7,
        "u0": rng.randn(1) * 0.2,
    }

    def loss(p, X, y):
        return float(np.mean((np.tanh(X @ p["V"] + p["v0"]) @ p["U"] + p["u0"] - y) ** 2))

    def grad(p, X, y):
        h = np.tanh(X @ p["V"] + p["v0"])
        d = 2 * (h @ p["U"] + p["u0"] - y) / len(y)
        dh = (d @ p["U"].T) * h * (1 - h)
        return {"U": h.T @ d, "u0": d.sum(0), "V": X.T @ dh, "v0": dh.sum(0)}

    return loss, grad, params, X, y


@ill("scale")
def gradient_clipped():
    """Gradient clipping is built into the gradient function."""
    rng = np.random.RandomState(302)
    X = rng.randn(14, 3) * 2
    y = 4 * X[:, 0] - 3 * X[:, 1] + 1
    params = {"a": rng.randn(3), "c": np.array(0.5)}

    def loss(p, X, y):
        return float(np.mean((X @ p["a"] + p["c"] - y) ** 2))

    def grad(p, X, y):
        r = X @ p["a"] + p["c"] - y
        g = {"a": 2 * X.T @ r / len(r), "c": np.array(2 * r.mean())}
        for k in g:
            g[k] = np.clip(g[k], -1, 1)
        return g

    return loss, grad, params, X, y


@ill("stateful")
def accumulators_never_cleared():
    """The layers' dW and db are never reset, so a second call returns both calls' sum."""
    rng = np.random.RandomState(303)
    X = rng.randn(12, 3)
    y = np.c_[X.sum(1) > 0, X[:, 0] > 0] * 1.0
    params = {
        "l0.W": rng.randn(4, 3) * 0.7,
        "l0.b": rng.randn(4) * 0.2,
        "l1.W": rng.randn(2, 4) * 0.7,
        "l1.b": rng.randn(2) * 0.2,
    }

    class Layer:
        def __init__(self, n_in, n_out):
            self.dW = np.zeros((n_out, n_in))
            self.db = np.zeros(n_out)

        def forward(self, W, b, x):
            self.W, self.x = W, x
            self.a = 1 / (1 + np.exp(-(W @ x + b)))
            return self.a

        def backward(self, err):
            d = err * self.a * (1 - self.a)
            self.dW += np.outer(d, self.x)
            self.db += d
            return self.W.T @ d

    net = [Layer(3, 4), Layer(4, 2)]

    def forward(p, x):
        for i, l in enumerate(net):
            x = l.forward(p["l%d.W" % i], p["l%d.b" % i], x)
        return x

    def loss(p, X, y):
        return float(sum(np.sum((forward(p, x) - t) ** 2) for x, t in zip(X, y)) / 2)

    def grad(p, X, y):
        for x, t in zip(X, y):
            e = forward(p, x) - t
            for l in reversed(net):
                e = l.backward(e)
        return {"l0.W": net[0].dW.copy(), "l0.b": net[0].db.copy(), "l1.W": net[1].dW.copy(), "l1.b": net[1].db.copy()}

    return loss, grad, params, X, y


@ill("in_place")
def steps_inside_grad():
    """The gradient function also takes the descent step on the arrays it was given."""
    rng = np.random.RandomState(304)
    X = rng.randn(4, 16)
    Y = (X[0:1] > X[1:2]) * 1.0
    params = {"w": rng.randn(4, 1) * 0.5, "b": np.zeros((1, 1))}

    def loss(p, X, Y):
        A = 1 / (1 + np.exp(-(p["w"].T @ X + p["b"])))
        return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))

    def grad(p, X, Y):
        A = 1 / (1 + np.exp(-(p["w"].T @ X + p["b"])))
        g = {"w": X @ (A - Y).T / X.shape[1], "b": (A - Y).mean(axis=1, keepdims=True)}
        for k in p:
            p[k] -= 0.1 * g[k]
        return g

    return loss, grad, params, X, Y


@ill("not_finite")
def saturated_bce_nan():
    """Two very large unscaled incomes saturate the sigmoid to exactly 1; the derivative divides by zero as the
    epsilon is only in the loss."""
    rng = np.random.RandomState(305)
    income = np.round(rng.lognormal(1.0, 0.5, 14), 1)
    income[[4, 9]] = 180.0, 260.0
    X = np.c_[rng.randint(18, 70, 14) / 10.0, income, rng.randint(0, 4, 14)].astype(float)
    y = (X[:, [1]] > 2.5) * 1.0
    params = {"W": np.array([[-0.1], [0.25], [0.2]]) + 0.02 * rng.randn(3, 1), "b": np.array([[0.1]])}

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        a = sigmoid(X @ p["W"] + p["b"])
        return float(-np.mean(y * np.log(a + 1e-8) + (1 - y) * np.log(1 - a + 1e-8)))

    def grad(p, X, y):
        a = sigmoid(X @ p["W"] + p["b"])
        with np.errstate(all="ignore"):
            da = -(y / a) + (1 - y) / (1 - a)
            dz = da * a * (1 - a) / len(y)
        return {"W": X.T @ dz, "b": dz.sum(axis=0, keepdims=True)}

    return loss, grad, params, X, y


@healthy
def bias_grad_keeps_dims():
    """Biases are (H,) but their gradients come as (1,H) because of keepdims."""
    rng = np.random.RandomState(306)
    lab = rng.randint(0, 3, 18)
    X = rng.randn(18, 2) + lab[:, None]
    params = {
        "W1": rng.randn(2, 4) * 0.6,
        "b1": rng.randn(4) * 0.1,
        "W2": rng.randn(4, 3) * 0.6,
        "b2": rng.randn(3) * 0.1,
    }

    def loss(p, X, lab):
        z = np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        return float(np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(lab)), lab]))

    def grad(p, X, lab):
        h = np.tanh(X @ p["W1"] + p["b1"])
        z = h @ p["W2"] + p["b2"]
        dz = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        dz[np.arange(len(lab)), lab] -= 1
        dz /= len(lab)
        dh = dz @ p["W2"].T * (1 - h**2)
        return {
            "W1": X.T @ dh,
            "b1": dh.sum(axis=0, keepdims=True),
            "W2": h.T @ dz,
            "b2": dz.sum(axis=0, keepdims=True),
        }

    return loss, grad, params, X, lab


@ill("missing_param")
def first_bias_not_trained():
    """Gradient dict starts as zeros and b1 is never filled in."""
    rng = np.random.RandomState(307)
    X = rng.randn(4, 13)
    y = np.sin(X.sum(0, keepdims=True))
    params = {
        "W1": rng.randn(5, 4) * 0.5,
        "b1": rng.randn(5, 1) * 0.5,
        "W2": rng.randn(1, 5) * 0.5,
        "b2": rng.randn(1, 1),
    }

    def loss(p, X, y):
        return float(np.sum((p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) + p["b2"] - y) ** 2))

    def grad(p, X, y):
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        h = np.tanh(p["W1"] @ X + p["b1"])
        d = 2 * (p["W2"] @ h + p["b2"] - y)
        grads["W2"] = d @ h.T
        grads["b2"] = d.sum(1, keepdims=True)
        d = p["W2"].T @ d * (1 - h**2)
        grads["W1"] = d @ X.T
        return grads

    return loss, grad, params, X, y


@ill("forward_ignores_params")
def trains_its_own_copy():
    """Loss and gradient work on a model with a private copy of the weights."""
    rng = np.random.RandomState(308)
    X = rng.randn(15, 3)
    y = (X[:, [0]] > 0) * 1.0
    params = {"w1": rng.randn(3, 4) * 0.6, "w2": rng.randn(4, 1) * 0.6}

    class Model:
        def __init__(self, w1, w2):
            self.w1, self.w2 = w1.copy(), w2.copy()

        def forward(self, X):
            self.h = np.tanh(X @ self.w1)
            return self.h @ self.w2

    model = Model(params["w1"], params["w2"])

    def loss(p, X, y):
        return float(np.mean((model.forward(X) - y) ** 2))

    def grad(p, X, y):
        r = 2 * (model.forward(X) - y) / len(y)
        return {"w2": model.h.T @ r, "w1": X.T @ (r @ model.w2.T * (1 - model.h**2))}

    return loss, grad, params, X, y


@healthy
def ok_logits_hinge_list():
    """Correct: hinge, with a different L2 scaling per layer and none on the last."""
    rng = np.random.RandomState(309)
    X = rng.randn(20, 4)
    y = np.where(X[:, 0] + X[:, 1] ** 2 > 1, 1, -1)
    params = {"K0": rng.randn(4, 5) * 0.7, "K1": rng.randn(5, 3) * 0.7, "K2": rng.randn(3, 1) * 0.7}
    C = 0.1

    def score(p, X):
        outs = [X]
        for k in ("K0", "K1"):
            outs.append(np.tanh(outs[-1] @ p[k]))
        return outs, (outs[-1] @ p["K2"])[:, 0]

    def loss(p, X, y):
        s = score(p, X)[1]
        return float(np.maximum(0, 1 - y * s).sum() / len(y) + C * (p["K0"] ** 2).sum() + C / 2 * (p["K1"] ** 2).sum())

    def grad(p, X, y):
        outs, s = score(p, X)
        d = np.where(y * s < 1, -y, 0)[:, None] / len(y)
        g = {"K2": outs[2].T @ d}
        d = d @ p["K2"].T * (1 - outs[2] ** 2)
        g["K1"] = outs[1].T @ d + C * p["K1"]
        d = d @ p["K1"].T * (1 - outs[1] ** 2)
        g["K0"] = outs[0].T @ d + 2 * C * p["K0"]
        return g

    return loss, grad, params, X, y


@healthy
def ok_dict_cache_float32():
    """Correct: float32, softmax over axis 0 since examples are columns, slope from z."""
    rng = np.random.RandomState(310)
    lab = rng.randint(0, 3, 16)
    X = (rng.randn(5, 16) + lab).astype(np.float32)
    params = {
        "Wa": (rng.randn(4, 5) * 0.4).astype(np.float32),
        "ba": np.zeros((4, 1), np.float32),
        "Wb": (rng.randn(3, 4) * 0.4).astype(np.float32),
        "bb": np.zeros((3, 1), np.float32),
    }

    def fwd(p, X):
        c = {"x": X}
        c["z"] = p["Wa"] @ X + p["ba"]
        c["a"] = 1 / (1 + np.exp(-c["z"]))
        e = np.exp(p["Wb"] @ c["a"] + p["bb"])
        c["p"] = e / e.sum(axis=0, keepdims=True)
        return c

    def loss(p, X, lab):
        q = fwd(p, X)["p"]
        return float(-np.mean(np.log(q[lab, np.arange(X.shape[1])])))

    def sigmoid_prime(z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    def grad(p, X, lab):
        c = fwd(p, X)
        d = c["p"].copy()
        d[lab, np.arange(X.shape[1])] -= 1
        d /= X.shape[1]
        g = {"Wb": d @ c["a"].T, "bb": d.sum(1)[:, None]}
        d = (p["Wb"].T @ d) * sigmoid_prime(c["z"])
        g["Wa"] = d @ c["x"].T
        g["ba"] = d.sum(1)[:, None]
        return g

    return loss, grad, params, X, lab


@healthy
def ok_linear_out_one_einsum():
    """Correct: a-y with linear output, bias as last row, the hidden gradient in a single einsum."""
    rng = np.random.RandomState(311)
    X = np.c_[rng.randn(13, 3), np.ones(13)]
    y = X[:, 0] * 3 + X[:, 1] ** 2
    params = {"theta1": rng.randn(4, 5) * 0.5, "theta2": rng.randn(6) * 0.5}

    def loss(p, X, y):
        z = X @ p["theta1"]
        a = np.c_[z * (z > 0), np.ones(len(z))]
        return float(((a @ p["theta2"] - y) ** 2).sum() / 2 / len(y))

    def grad(p, X, y):
        z = X @ p["theta1"]
        a = np.c_[z * (z > 0), np.ones(len(z))]
        delta = (a @ p["theta2"] - y) / len(y)
        step = np.heaviside(z, 0)
        return {"theta2": delta @ a, "theta1": np.einsum("n,nd,nh,h->dh", delta, X, step, p["theta2"][:-1])}

    return loss, grad, params, X, y


@healthy
def ok_class_cached_reset():
    """Correct: t - o with a minus in the accumulation, new object per call so nothing leaks."""
    rng = np.random.RandomState(312)
    X = rng.rand(9, 3)
    y = rng.rand(9, 2) * 0.8 + 0.1
    params = {"w_ih": rng.randn(4, 3), "w_ho": rng.randn(2, 4), "bh": rng.randn(4, 1), "bo": rng.randn(2, 1)}

    class NN:
        def __init__(self, p):
            self.p = p
            self.g = {k: np.zeros_like(v) for k, v in p.items()}

        def act(self, x):
            return 1 / (1 + np.exp(-x))

        def query(self, row):
            self.i = row.reshape(-1, 1)
            self.h = self.act(self.p["w_ih"] @ self.i + self.p["bh"])
            self.o = self.act(self.p["w_ho"] @ self.h + self.p["bo"])
            return self.o

        def train(self, row, target):
            o = self.query(row)
            e = target.reshape(-1, 1) - o
            eh = self.p["w_ho"].T @ (e * o * (1 - o))
            self.g["w_ho"] -= (e * o * (1 - o)) @ self.h.T
            self.g["bo"] -= e * o * (1 - o)
            self.g["w_ih"] -= (eh * self.h * (1 - self.h)) @ self.i.T
            self.g["bh"] -= eh * self.h * (1 - self.h)

    def loss(p, X, y):
        n = NN(p)
        return float(sum(0.5 * np.sum((t.reshape(-1, 1) - n.query(r)) ** 2) for r, t in zip(X, y)))

    def grad(p, X, y):
        n = NN(p)
        for r, t in zip(X, y):
            n.train(r, t)
        return n.g

    return loss, grad, params, X, y


@ill("missing_param")
def only_key_of_output_layer():
    """The output bias is used in the forward pass but its key is absent from the gradients."""
    rng = np.random.RandomState(313)
    X = rng.randn(17, 3)
    y = X[:, 0] - X[:, 2]
    params = {
        "hidden_w": rng.randn(3, 5) * 0.6,
        "hidden_b": rng.randn(5) * 0.2,
        "out_w": rng.randn(5) * 0.6,
        "out_b": np.array(0.2),
    }

    def loss(p, X, y):
        return float(np.mean((np.tanh(X @ p["hidden_w"] + p["hidden_b"]) @ p["out_w"] + p["out_b"] - y) ** 2) / 2)

    def grad(p, X, y):
        h = np.tanh(X @ p["hidden_w"] + p["hidden_b"])
        e = (h @ p["out_w"] + p["out_b"] - y) / len(y)
        eh = e.reshape(-1, 1) * p["out_w"] * (1 - h**2)
        return {"hidden_w": X.T @ eh, "hidden_b": eh.sum(0), "out_w": e @ h}

    return loss, grad, params, X, y


@ill("labels_misaligned")
def per_example_column_off_by_one():
    """Classes 1..3: the loss uses label-1, the gradient's one-hot uses label%3, so class numbers are shifted by
    one."""
    rng = np.random.RandomState(314)
    lab = rng.randint(1, 4, 15)
    X = rng.randn(4, 15) + lab * 0.5
    params = {"W": rng.randn(3, 4) * 0.5, "b": rng.randn(3, 1) * 0.2}

    def soft(v):
        e = np.exp(v - v.max())
        return e / e.sum()

    def loss(p, X, lab):
        t = 0
        for i in range(X.shape[1]):
            t -= np.log(soft(p["W"] @ X[:, [i]] + p["b"])[lab[i] - 1, 0])
        return float(t)

    def grad(p, X, lab):
        dW, db = np.zeros_like(p["W"]), np.zeros_like(p["b"])
        for i in range(X.shape[1]):
            d = soft(p["W"] @ X[:, [i]] + p["b"])
            onehot = np.zeros((3, 1))
            onehot[lab[i] % 3] = 1
            d = d - onehot
            dW += d @ X[:, [i]].T
            db += d
        return {"W": dW, "b": db}

    return loss, grad, params, X, lab


@ill("wrong_matrix_carried_back")
def carried_through_first_matrix():
    """W1 is written where W2 belongs in the hidden delta; sizes agree by accident."""
    rng = np.random.RandomState(401)
    X = rng.randn(12, 5)
    y = np.abs(X[:, :5]) * 0.4
    params = {
        "W1": rng.randn(5, 5) * 0.5,
        "b1": rng.randn(1, 5) * 0.2,
        "W2": rng.randn(5, 5) * 0.5,
        "b2": rng.randn(1, 5) * 0.2,
    }

    def sig(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(np.sum((sig(sig(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]) - y) ** 2) / (2 * len(X)))

    def grad(p, X, y):
        m = len(X)
        a1 = sig(X @ p["W1"] + p["b1"])
        a2 = sig(a1 @ p["W2"] + p["b2"])
        dz2 = (a2 - y) * a2 * (1 - a2)
        dz1 = np.dot(dz2, p["W1"].T) * a1 * (1 - a1)
        return {
            "W1": X.T @ dz1 / m,
            "b1": np.sum(dz1, 0, keepdims=True) / m,
            "W2": a1.T @ dz2 / m,
            "b2": np.sum(dz2, 0, keepdims=True) / m,
        }

    return loss, grad, params, X, y


@ill("wrong_cached_input")
def dw2_from_the_inputs():
    """DW2 is built from X instead of the hidden activations, four inputs and four units."""
    rng = np.random.RandomState(402)
    X = rng.randn(4, 18)
    y = (X[:1] * X[1:2] > 0) * 1.0
    params = {
        "W1": rng.randn(4, 4) * 0.7,
        "b1": rng.randn(4, 1) * 0.2,
        "W2": rng.randn(1, 4) * 0.7,
        "b2": rng.randn(1, 1) * 0.2,
    }

    def loss(p, X, y):
        u = p["W2"] @ np.maximum(0, p["W1"] @ X + p["b1"]) + p["b2"]
        return float(np.mean(np.logaddexp(0, u) - y * u))

    def grad(p, X, y):
        m = X.shape[1]
        h = np.maximum(0, p["W1"] @ X + p["b1"])
        u = p["W2"] @ h + p["b2"]
        du = (1 / (1 + np.exp(-u)) - y) / m
        dW2 = du @ X.T
        dh = p["W2"].T @ du
        dh = dh * (h > 0)
        return {"W2": dW2, "b2": du.sum(1, keepdims=True), "W1": dh @ X.T, "b1": dh.sum(1, keepdims=True)}

    return loss, grad, params, X, y


@ill("wrong_cached_input")
def layer_list_same_layer_output():
    """Index off by one: every dW uses the layer's own output instead of its input."""
    rng = np.random.RandomState(403)
    X = rng.randn(14, 3)
    y = np.stack([X[:, 0] * X[:, 1], X[:, 2], X[:, 0]], 1)
    params = {"0": rng.randn(3, 3) * 0.8, "1": rng.randn(3, 3) * 0.8, "2": rng.randn(3, 3) * 0.8}

    def loss(p, X, y):
        for i in range(2):
            X = np.tanh(X @ p[str(i)])
        return float(np.mean(np.sum((X @ p["2"] - y) ** 2, axis=1)) / 2)

    def grad(p, X, y):
        A = [X]
        for i in range(2):
            A.append(np.tanh(A[-1] @ p[str(i)]))
        A.append(A[-1] @ p["2"])
        grads = {}
        delta = (A[-1] - y) / len(y)
        for i in reversed(range(3)):
            grads[str(i)] = A[i + 1].T @ delta
            if i > 0:
                delta = (delta @ p[str(i)].T) * (1 - A[i] ** 2)
        return grads

    return loss, grad, params, X, y


@ill("bias_reduction")
def bias_over_features_square():
    """Five examples and five units: hidden bias summed over the units axis."""
    rng = np.random.RandomState(404)
    X = rng.randn(5, 3)
    y = rng.rand(5, 2)
    params = {
        "kernel": rng.randn(3, 5) * 0.7,
        "bias": rng.randn(5) * 0.2,
        "kernel2": rng.randn(5, 2) * 0.7,
        "bias2": rng.randn(2) * 0.2,
    }

    def s(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(np.sum((s(s(X @ p["kernel"] + p["bias"]) @ p["kernel2"] + p["bias2"]) - y) ** 2))

    def grad(p, X, y):
        h = s(X @ p["kernel"] + p["bias"])
        o = s(h @ p["kernel2"] + p["bias2"])
        do = 2 * (o - y) * o * (1 - o)
        dh = do @ p["kernel2"].T * h * (1 - h)
        return {"kernel": X.T @ dh, "bias": dh.sum(axis=1), "kernel2": h.T @ do, "bias2": do.sum(axis=0)}

    return loss, grad, params, X, y


@ill("regularisation")
def decay_missing_in_gradient():
    """The penalty's gradient is added to W2 only, W1 has none."""
    rng = np.random.RandomState(405)
    X = rng.randn(3, 21)
    Y = (X[:1] - X[1:2] > 0) * 1.0
    params = {"W1": rng.randn(5, 3), "b1": rng.randn(5, 1) * 0.3, "W2": rng.randn(1, 5), "b2": rng.randn(1, 1) * 0.3}
    lambd = 0.7

    def loss(p, X, Y):
        m = Y.shape[1]
        A2 = 1 / (1 + np.exp(-(p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) + p["b2"])))
        ce = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
        return float(ce + lambd / (2 * m) * (np.sum(np.square(p["W1"])) + np.sum(np.square(p["W2"]))))

    def grad(p, X, Y):
        m = Y.shape[1]
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
        dZ2 = A2 - Y
        dZ1 = p["W2"].T @ dZ2 * (1 - A1**2)
        return {
            "W2": dZ2 @ A1.T / m + lambd / m * p["W2"],
            "b2": dZ2.sum(1, keepdims=True) / m,
            "W1": dZ1 @ X.T / m,
            "b1": dZ1.sum(1, keepdims=True) / m,
        }

    return loss, grad, params, X, Y


@ill("regularisation")
def decay_wrong_sign_linear():
    """Ridge regression: the penalty's gradient is subtracted."""
    rng = np.random.RandomState(406)
    X = rng.randn(22, 6)
    y = X @ rng.randn(6) + 0.3 * rng.randn(22)
    params = {"w": rng.randn(6), "b": np.array(0.2)}
    lam = 0.25

    def loss(p, X, y):
        r = y - X @ p["w"] - p["b"]
        return float((r @ r) / (2 * len(y)) + lam / 2 * (p["w"] @ p["w"]))

    def grad(p, X, y):
        r = y - X @ p["w"] - p["b"]
        return {"w": -(X.T @ r) / len(y) - lam * p["w"], "b": np.array(-r.mean())}

    return loss, grad, params, X, y


@ill("averaged_twice")
def divided_per_example_and_again():
    """The 1/N is in each example's delta and applied again after the loop."""
    rng = np.random.RandomState(407)
    X = rng.randn(9, 3)
    y = np.sin(X[:, 0])
    params = {"w1": rng.randn(4, 3) * 0.8, "b1": rng.randn(4) * 0.3, "w2": rng.randn(4) * 0.8, "b2": rng.randn(1) * 0.3}

    def out(p, x):
        h = np.tanh(p["w1"] @ x + p["b1"])
        return h, p["w2"] @ h + p["b2"][0]

    def loss(p, X, y):
        return float(np.mean([(out(p, x)[1] - t) ** 2 for x, t in zip(X, y)]))

    def grad(p, X, y):
        n = len(X)
        g = {k: np.zeros(v.shape) for k, v in p.items()}
        for x, t in zip(X, y):
            h, o = out(p, x)
            d = 2 * (o - t) / n
            dh = d * p["w2"] * (1 - h**2)
            g["w2"] += d * h
            g["b2"] += d
            g["w1"] += dh[:, None] * x[None, :]
            g["b1"] += dh
        return {k: v / n for k, v in g.items()}

    return loss, grad, params, X, y


@ill("summed_not_averaged", "bias_reduction")
def weights_averaged_biases_not():
    """1/m stands before the weight gradients but was forgotten for the biases."""
    rng = np.random.RandomState(408)
    lab = rng.randint(0, 3, 19)
    X = rng.randn(2, 19) + lab
    Y = np.eye(3)[lab].T
    params = {
        "W1": rng.randn(4, 2) * 0.6,
        "b1": rng.randn(4, 1) * 0.2,
        "W2": rng.randn(3, 4) * 0.6,
        "b2": rng.randn(3, 1) * 0.2,
    }

    def sm(z):
        e = np.exp(z)
        return e / np.sum(e, 0)

    def loss(p, X, Y):
        return float(-(Y * np.log(sm(p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) + p["b2"]))).sum() / Y.shape[1])

    def grad(p, X, Y):
        m = Y.shape[1]
        H = np.tanh(p["W1"] @ X + p["b1"])
        dz2 = sm(p["W2"] @ H + p["b2"]) - Y
        dz1 = p["W2"].T @ dz2 * (1 - H**2)
        return {
            "W2": 1 / m * dz2 @ H.T,
            "b2": np.sum(dz2, 1, keepdims=True),
            "W1": 1 / m * dz1 @ X.T,
            "b1": np.sum(dz1, 1, keepdims=True),
        }

    return loss, grad, params, X, Y


@ill("activation_slope_extra", "softmax_jacobian")
def softmax_ce_times_slope():
    """O(1-o) multiplied onto o-Y although softmax with cross-entropy has it already."""
    rng = np.random.RandomState(409)
    lab = rng.randint(0, 3, 16)
    X = rng.randn(16, 4) + 0.5 * lab[:, None]
    Y = np.eye(3)[lab]
    params = {"w0": rng.randn(4, 5) * 0.6, "w1": rng.randn(5, 3) * 0.6}

    def sig(x):
        return 1 / (1 + np.exp(-x))

    def sm(x):
        e = np.exp(x - x.max(1)[:, None])
        return e / e.sum(1)[:, None]

    def loss(p, X, Y):
        return float(-np.sum(Y * np.log(sm(sig(X @ p["w0"]) @ p["w1"]))))

    def grad(p, X, Y):
        h = sig(X @ p["w0"])
        o = sm(h @ p["w1"])
        d_o = (o - Y) * o * (1 - o)
        d_h = d_o @ p["w1"].T * h * (1 - h)
        return {"w0": X.T @ d_h, "w1": h.T @ d_o}

    return loss, grad, params, X, Y


@ill("activation_slope_missing")
def deep_hidden_slope_missing():
    """Four layers with tanh, sigmoid, softplus, linear: the sigmoid's slope is left out."""
    rng = np.random.RandomState(410)
    X = rng.randn(15, 4)
    y = np.cos(X[:, [0]]) + X[:, [3]]
    sizes = [4, 6, 5, 3, 1]
    params = {}
    for i in range(4):
        params["W" + str(i + 1)] = rng.randn(sizes[i], sizes[i + 1]) * 0.7
        params["b" + str(i + 1)] = rng.randn(sizes[i + 1]) * 0.2

    def fwd(p, X):
        z1 = X @ p["W1"] + p["b1"]
        a1 = np.tanh(z1)
        z2 = a1 @ p["W2"] + p["b2"]
        a2 = 1 / (1 + np.exp(-z2))
        z3 = a2 @ p["W3"] + p["b3"]
        a3 = np.log(1 + np.exp(z3))
        return a1, a2, z3, a3, a3 @ p["W4"] + p["b4"]

    def loss(p, X, y):
        return float(np.mean((fwd(p, X)[-1] - y) ** 2))

    def grad(p, X, y):
        a1, a2, z3, a3, o = fwd(p, X)
        d4 = 2 * (o - y) / len(y)
        d3 = d4 @ p["W4"].T / (1 + np.exp(-z3))
        d2 = d3 @ p["W3"].T
        d1 = d2 @ p["W2"].T * (1 - a1**2)
        g = {}
        for i, (a, d) in enumerate(zip([X, a1, a2, a3], [d1, d2, d3, d4])):
            g["W" + str(i + 1)] = a.T @ d
            g["b" + str(i + 1)] = d.sum(axis=0)
        return g

    return loss, grad, params, X, y


@ill("activation_slope_of_activation")
def sigmoid_prime_outer_only():
    """Single example, three layers: only in the middle layer dsigmoid gets a2 instead of z2."""
    rng = np.random.RandomState(411)
    x = rng.rand(3)
    y = np.array([0.3, 0.9])
    params = {"W1": rng.randn(5, 3), "W2": rng.randn(4, 5), "W3": rng.randn(2, 4)}

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def dsigmoid(z):
        return sigmoid(z) * (1 - sigmoid(z))

    def loss(p, x, y):
        a = x
        for k in ("W1", "W2", "W3"):
            a = sigmoid(p[k] @ a)
        return float(np.sum((a - y) ** 2))

    def grad(p, x, y):
        z1 = p["W1"] @ x
        a1 = sigmoid(z1)
        z2 = p["W2"] @ a1
        a2 = sigmoid(z2)
        z3 = p["W3"] @ a2
        a3 = sigmoid(z3)
        d3 = 2 * (a3 - y) * dsigmoid(z3)
        d2 = p["W3"].T @ d3 * dsigmoid(a2)
        d1 = p["W2"].T @ d2 * dsigmoid(z1)
        return {"W1": np.outer(d1, x), "W2": np.outer(d2, a1), "W3": np.outer(d3, a2)}

    return loss, grad, params, x, y


@ill("activation_formula_on_preactivation")
def tanh_formula_on_z():
    """1 - z1**2 instead of 1 - a1**2."""
    rng = np.random.RandomState(412)
    lab = rng.randint(0, 3, 17)
    X = rng.randn(17, 2) + 0.6 * lab[:, None]
    params = {
        "W1": rng.randn(2, 6) * 0.5,
        "b1": rng.randn(1, 6) * 0.2,
        "W2": rng.randn(6, 3) * 0.5,
        "b2": rng.randn(1, 3) * 0.2,
    }

    def loss(p, X, lab):
        s = np.tanh(X.dot(p["W1"]) + p["b1"]).dot(p["W2"]) + p["b2"]
        q = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        return float(-np.log(q[range(len(X)), lab]).sum() / len(X))

    def grad(p, X, lab):
        z1 = X.dot(p["W1"]) + p["b1"]
        a1 = np.tanh(z1)
        s = a1.dot(p["W2"]) + p["b2"]
        delta3 = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        delta3[range(len(X)), lab] -= 1
        delta3 /= len(X)
        delta2 = delta3.dot(p["W2"].T) * (1 - np.power(z1, 2))
        return {
            "W2": a1.T.dot(delta3),
            "b2": delta3.sum(0, keepdims=True),
            "W1": X.T.dot(delta2),
            "b1": delta2.sum(0, keepdims=True),
        }

    return loss, grad, params, X, lab


@ill("updated_weights")
def update_then_carry_columns():
    """Each layer is updated on the way down before the error goes through it."""
    rng = np.random.RandomState(413)
    X = rng.rand(4, 12)
    y = (X[0:1] > X[2:3]) * 1.0
    params = {"Win": rng.randn(5, 4), "Wmid": rng.randn(3, 5), "Wout": rng.randn(1, 3)}
    eta = 1.0

    def sg(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(np.sum((y - sg(p["Wout"] @ sg(p["Wmid"] @ sg(p["Win"] @ X)))) ** 2) / 2)

    def grad(p, X, y):
        w = {k: v.copy() for k, v in p.items()}
        a = sg(w["Win"] @ X)
        b = sg(w["Wmid"] @ a)
        c = sg(w["Wout"] @ b)
        e = (c - y) * c * (1 - c)
        w["Wout"] -= eta * e @ b.T
        e = w["Wout"].T @ e * b * (1 - b)
        w["Wmid"] -= eta * e @ a.T
        e = w["Wmid"].T @ e * a * (1 - a)
        w["Win"] -= eta * e @ X.T
        return {k: (p[k] - w[k]) / eta for k in p}

    return loss, grad, params, X, y


@ill("broadcast")
def hidden_net_nn_error():
    """(N,1) output against (N,) targets; the NxN error is averaged over its rows to make shapes work."""
    rng = np.random.RandomState(414)
    X = rng.randn(11, 3)
    y = np.maximum(0, X[:, 0]) + 0.5 * X[:, 1]
    params = {"W1": rng.randn(3, 4) * 0.8, "W2": rng.randn(4, 1) * 0.8}

    def loss(p, X, y):
        out = np.tanh(X @ p["W1"]) @ p["W2"]
        return float(np.sum((out[:, 0] - y) ** 2) / 2)

    def grad(p, X, y):
        h = np.tanh(X @ p["W1"])
        out = h @ p["W2"]
        err = (out - y).mean(axis=1, keepdims=True)
        return {"W2": h.T @ err, "W1": X.T @ (err @ p["W2"].T * (1 - h**2))}

    return loss, grad, params, X, y


@ill("scalar_cost")
def scalar_mean_residual():
    """The residual is averaged to one number before it is multiplied by the features."""
    rng = np.random.RandomState(415)
    X = np.c_[np.ones(16), rng.randn(16, 2) + 1]
    y = 2 + X[:, 1] - 3 * X[:, 2] + 0.3 * rng.randn(16)
    params = {"theta": rng.randn(3)}

    def loss(p, X, y):
        return float(np.mean((X @ p["theta"] - y) ** 2))

    def grad(p, X, y):
        g = np.zeros(3)
        error = np.mean(X @ p["theta"] - y)
        for j in range(3):
            g[j] = 2 * np.mean(error * X[:, j])
        return {"theta": g}

    return loss, grad, params, X, y


@ill("sign")
def sign_of_hidden_only():
    """Minus sign put into the output layer's gradient but not into the hidden one's."""
    rng = np.random.RandomState(416)
    X = rng.randn(14, 3)
    y = X[:, [0]] ** 2
    params = {"wi": rng.randn(3, 4) * 0.7, "wo": rng.randn(4, 1) * 0.7}

    def loss(p, X, y):
        return float(np.sum((y - np.tanh(X @ p["wi"]) @ p["wo"]) ** 2) / len(y))

    def grad(p, X, y):
        h = np.tanh(X @ p["wi"])
        e = y - h @ p["wo"]
        dwo = -2 * h.T @ e / len(y)
        dwi = 2 * X.T @ (e @ p["wo"].T * (1 - h**2)) / len(y)
        return {"wi": dwi, "wo": dwo}

    return loss, grad, params, X, y


@ill("activation_slope_missing", "relu_mask", "summed_not_averaged")
def twofold_sum_and_relu():
    """TWO mistakes: A1 >= 0 is always true so nothing is masked, and the division by m is missing."""
    rng = np.random.RandomState(417)
    lab = rng.randint(0, 3, 20)
    X = rng.randn(4, 20) + 0.4 * lab
    Y = np.eye(3)[:, lab]
    params = {
        "W1": rng.randn(6, 4) * 0.5,
        "b1": rng.randn(6, 1) * 0.2,
        "W2": rng.randn(3, 6) * 0.5,
        "b2": rng.randn(3, 1) * 0.2,
    }

    def sm(Z):
        e = np.exp(Z - Z.max(axis=0))
        return e / e.sum(axis=0)

    def loss(p, X, Y):
        return float(-np.sum(Y * np.log(sm(p["W2"] @ np.maximum(0, p["W1"] @ X + p["b1"]) + p["b2"]))) / X.shape[1])

    def grad(p, X, Y):
        A1 = np.maximum(0, p["W1"] @ X + p["b1"])
        dZ2 = sm(p["W2"] @ A1 + p["b2"]) - Y
        dZ1 = p["W2"].T @ dZ2 * (A1 >= 0)
        return {"W2": dZ2 @ A1.T, "b2": dZ2.sum(1, keepdims=True), "W1": dZ1 @ X.T, "b1": dZ1.sum(1, keepdims=True)}

    return loss, grad, params, X, Y


@ill("activation_slope_of_activation", "regularisation")
def twofold_slope_and_doubled_decay():
    """TWO mistakes: ds expects z but gets h, and the penalty's gradient is doubled."""
    rng = np.random.RandomState(418)
    X = rng.randn(18, 3)
    y = (X[:, :1] > X[:, 1:2]) * 1.0
    params = {
        "W1": rng.randn(3, 5) * 0.7,
        "b1": rng.randn(1, 5) * 0.3,
        "W2": rng.randn(5, 1) * 0.7,
        "b2": rng.randn(1, 1) * 0.3,
    }
    lam = 0.6

    def s(x):
        return 1 / (1 + np.exp(-x))

    def ds(x):
        return s(x) * (1 - s(x))

    def loss(p, X, y):
        o = s(s(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
        return float(
            -np.mean(y * np.log(o) + (1 - y) * np.log(1 - o)) + lam / 2 * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        )

    def grad(p, X, y):
        h = s(X @ p["W1"] + p["b1"])
        o = s(h @ p["W2"] + p["b2"])
        d2 = (o - y) / len(y)
        d1 = d2 @ p["W2"].T * ds(h)
        return {
            "W1": X.T @ d1 + 2 * lam * p["W1"],
            "b1": d1.sum(0, keepdims=True),
            "W2": h.T @ d2 + 2 * lam * p["W2"],
            "b2": d2.sum(0, keepdims=True),
        }

    return loss, grad, params, X, y


@ill("activation_slope_missing", "different_loss", "wrong_cached_input")
def twofold_output_slope_and_input():
    """TWO mistakes: output slope left out with squared error, and the first matrix's gradient uses h in place of
    X."""
    rng = np.random.RandomState(419)
    X = rng.rand(13, 4)
    y = np.c_[X[:, 0] > 0.5, X[:, 1] > X[:, 2]] * 1.0
    params = {"A": rng.randn(4, 4), "B": rng.randn(4, 2)}

    def f(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        return float(0.5 * np.sum((f(f(X @ p["A"]) @ p["B"]) - y) ** 2))

    def grad(p, X, y):
        h = f(X @ p["A"])
        o = f(h @ p["B"])
        d = o - y
        dh = d @ p["B"].T * h * (1 - h)
        return {"A": h.T @ dh, "B": h.T @ d}

    return loss, grad, params, X, y


@ill("transposed", "scale")
def twofold_transposed_and_scale():
    """TWO mistakes: square W1 has its gradient transposed, and the factor 2 of the square is missing everywhere."""
    rng = np.random.RandomState(420)
    X = rng.randn(3, 15)
    y = np.stack([X[0] * X[1], X[2]])
    params = {
        "W1": rng.randn(3, 3) * 0.7,
        "b1": rng.randn(3, 1) * 0.2,
        "W2": rng.randn(2, 3) * 0.7,
        "b2": rng.randn(2, 1) * 0.2,
    }

    def loss(p, X, y):
        return float(np.mean((p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) + p["b2"] - y) ** 2))

    def grad(p, X, y):
        h = np.tanh(p["W1"] @ X + p["b1"])
        r = (p["W2"] @ h + p["b2"] - y) / y.size
        dh = p["W2"].T @ r * (1 - h**2)
        return {"W1": X @ dh.T, "b1": dh.sum(1, keepdims=True), "W2": r @ h.T, "b2": r.sum(1, keepdims=True)}

    return loss, grad, params, X, y


@healthy
def ok_einsum_outer_tensor():
    """Correct: two layers stacked in one tensor, slope written (1-a)(1+a), hard-coded 8 for N."""
    rng = np.random.RandomState(421)
    X = rng.randn(8, 3)
    y = rng.randn(8, 2)
    params = {"P": np.stack([rng.randn(4, 4), rng.randn(4, 4)]) * 0.5, "q": rng.randn(2, 4) * 0.5}

    def pad(a):
        return np.concatenate([a, np.ones((len(a), 1))], axis=1)

    def loss(p, X, y):
        a = np.concatenate([np.tanh(pad(X) @ p["P"][0])], 1)
        a = np.tanh(a @ p["P"][1])
        return float(np.sum((np.einsum("nh,kh->nk", a, p["q"]) - y) ** 2) / (2 * len(X)))

    def grad(p, X, y):
        a0 = pad(X)
        a1 = np.tanh(a0 @ p["P"][0])
        a2 = np.tanh(a1 @ p["P"][1])
        r = np.einsum("nh,kh->nk", a2, p["q"]) - y
        d2 = np.einsum("nk,kh,nh->nh", r, p["q"], 1 - a2**2)
        d1 = np.einsum("nj,ij,ni->ni", d2, p["P"][1], (1 - a1) * (1 + a1))
        gP = np.empty_like(p["P"])
        gP[0] = np.einsum("ni,nj->ij", a0, d1)
        gP[1] = np.einsum("ni,nj->ij", a1, d2)
        return {"P": gP / 8, "q": np.einsum("nk,nh->kh", r, a2) / 8}

    return loss, grad, params, X, y


@healthy
def ok_outer_instead_of_transpose():
    """Correct: x*(1-x) fed with activations, np.outer in place of v.T @ delta is the same for one output."""
    rng = np.random.RandomState(422)
    X = rng.rand(3, 10)
    y = (X[:1] + X[1:2] > 1) * 1.0
    params = {"w": rng.randn(4, 3), "v": rng.randn(1, 4), "c": rng.randn(4, 1)}

    def nonlin(x, deriv=False):
        return x * (1 - x) if deriv else 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        o = nonlin(p["v"] @ nonlin(p["w"] @ X + p["c"]))
        return float(np.mean((y - o) ** 2))

    def grad(p, X, y):
        h = nonlin(p["w"] @ X + p["c"])
        o = nonlin(p["v"] @ h)
        k = -2.0 / X.shape[1]
        do = (y - o) * nonlin(o, deriv=True)
        dh = np.outer(p["v"], do).reshape(4, -1) * nonlin(h, deriv=True)
        return {"w": k * dh @ X.T, "c": k * dh.sum(1, keepdims=True), "v": k * do @ h.T}

    return loss, grad, params, X, y


@healthy
def ok_custom_swish_softmax_sum():
    """Correct: swish hidden units with the slope a + g(1-a), summed cross-entropy from logits."""
    rng = np.random.RandomState(423)
    lab = rng.randint(0, 4, 12)
    X = rng.randn(12, 3)
    params = {"Wz": rng.randn(3, 5) * 0.7, "bz": rng.randn(5) * 0.2, "Wp": rng.randn(5, 4) * 0.7}

    def sig(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, lab):
        z = X @ p["Wz"] + p["bz"]
        s = (z * sig(z)) @ p["Wp"]
        return float(np.sum(np.log(np.sum(np.exp(s), 1))) - np.sum(s[np.arange(len(lab)), lab]))

    def grad(p, X, lab):
        z = X @ p["Wz"] + p["bz"]
        g = sig(z)
        a = z * g
        s = a @ p["Wp"]
        P = np.exp(s) / np.exp(s).sum(1)[:, None]
        for i, c in enumerate(lab):
            P[i, c] -= 1
        back = (P @ p["Wp"].T) * (a + g * (1 - a))
        return {"Wz": X.T @ back, "bz": back.sum(0), "Wp": a.T @ P}

    return loss, grad, params, X, lab


CASES = WARD.cases
