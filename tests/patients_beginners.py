"""A seventh ward: 40 threads of beginners whose network does not learn.

Each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


@healthy
def digits_plain_loops():
    """Right though suspected: three sigmoid layers written as index loops for one example, squared error summed over
    the outputs, with every chain-rule factor in place."""
    rng = np.random.default_rng(101)

    def sigmoid(v):
        return 1.0 / (1.0 + np.exp(-v))

    def sigmoid_der(v):
        return v * (1 - v)

    def layer(inp, w, b):
        out = np.zeros(len(b))
        for i in range(len(b)):
            s = b[i]
            for j in range(len(inp)):
                s += inp[j] * w[i, j]
            out[i] = sigmoid(s)
        return out

    def run(p, a0):
        a1 = layer(a0, p["w1"], p["b1"])
        a2 = layer(a1, p["w2"], p["b2"])
        a3 = layer(a2, p["w3"], p["b3"])
        return a1, a2, a3

    def loss(p, X, y):
        _, _, a3 = run(p, X)
        total = 0.0
        for i in range(len(a3)):
            total += (a3[i] - y[i]) ** 2
        return float(total)

    def grad(p, X, y):
        a1, a2, a3 = run(p, X)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dz3 = np.zeros(len(a3))
        for i in range(len(a3)):
            dz3[i] = 2 * (a3[i] - y[i]) * sigmoid_der(a3[i])
            g["b3"][i] = dz3[i]
            for j in range(len(a2)):
                g["w3"][i, j] = dz3[i] * a2[j]
        dz2 = np.zeros(len(a2))
        for i in range(len(a2)):
            s = 0.0
            for j in range(len(a3)):
                s += dz3[j] * p["w3"][j, i]
            dz2[i] = s * sigmoid_der(a2[i])
            g["b2"][i] = dz2[i]
            for j in range(len(a1)):
                g["w2"][i, j] = dz2[i] * a1[j]
        dz1 = np.zeros(len(a1))
        for i in range(len(a1)):
            s = 0.0
            for j in range(len(a2)):
                s += dz2[j] * p["w2"][j, i]
            dz1[i] = s * sigmoid_der(a1[i])
            g["b1"][i] = dz1[i]
            for j in range(len(X)):
                g["w1"][i, j] = dz1[i] * X[j]
        return g

    params = {
        "w1": rng.uniform(-1, 1, (5, 7)),
        "b1": rng.uniform(-1, 1, 5),
        "w2": rng.uniform(-1, 1, (4, 5)),
        "b2": rng.uniform(-1, 1, 4),
        "w3": rng.uniform(-1, 1, (3, 4)),
        "b3": rng.uniform(-1, 1, 3),
    }
    X = rng.random(7)
    y = np.array([0.0, 1.0, 0.0])
    return loss, grad, params, X, y


@ill("scalar_cost")
def custom_shape_mean_error():
    """The output delta is first averaged over all examples and this one number is then used as the error signal of
    every example."""
    rng = np.random.default_rng(102)

    def f(v):
        return 1 / (1 + np.exp(-v))

    def df(a):
        return a * (1 - a)

    def calcul(w, x):
        layers = []
        cur = x
        for k in range(3):
            cur = f(np.dot(cur, w["w%d" % k]))
            layers.append(cur)
        return layers

    def loss(w, x, y):
        out = calcul(w, x)[-1]
        return float(0.5 * np.mean((out - y) ** 2))

    def grad(w, x, y):
        h0, h1, out = calcul(w, x)
        n = x.shape[0]
        error = np.mean((out - y) * df(out), 0)
        d2 = np.ones((n, 1)) * error
        d1 = np.dot(d2, w["w2"].T) * df(h1)
        d0 = np.dot(d1, w["w1"].T) * df(h0)
        return {"w0": x.T.dot(d0) / n, "w1": h0.T.dot(d1) / n, "w2": h1.T.dot(d2) / n}

    params = {"w0": rng.random((3, 5)), "w1": rng.random((5, 4)), "w2": rng.random((4, 1))}
    x = rng.normal(size=(9, 3))
    y = (x[:, :1] * x[:, 1:2] > 0).astype(float)
    return loss, grad, params, x, y


@ill("unknown")
def iris_slope_as_output():
    """The network output used in the error is the derivative of the sigmoid at z2 in place of the sigmoid itself."""
    rng = np.random.default_rng(103)

    def sigmoid(v, deriv=False):
        if deriv:
            return sigmoid(v) * (1 - sigmoid(v))
        return 1 / (1 + np.exp(-v))

    def loss(p, x, y):
        a1 = sigmoid(p["w1"].T.dot(x))
        out = sigmoid(p["w2"].T.dot(a1))
        return float(0.5 * np.sum((out - y) ** 2))

    def grad(p, x, y):
        z1 = p["w1"].T.dot(x)
        a1 = sigmoid(z1)
        z2 = p["w2"].T.dot(a1)
        y_hat = sigmoid(z2, deriv=True)
        delta3 = np.multiply(y_hat - y, sigmoid(z2, deriv=True))
        dJdW2 = a1.dot(delta3.T)
        delta2 = np.dot(p["w2"], delta3) * sigmoid(z1, deriv=True)
        dJdW1 = np.dot(x, delta2.T)
        return {"w1": dJdW1, "w2": dJdW2}

    params = {"w1": rng.random((4, 8)) - 0.3, "w2": rng.random((8, 3)) - 0.5}
    x = np.array([[4.9], [3.0], [1.4], [0.2]]) / 5.0
    y = np.array([[1.0], [0.0], [0.0]])
    return loss, grad, params, x, y


@healthy
def two_weights_target_minus_output():
    """Right though suspected: the code works with 2(y - output) and adds its updates, which the asker took for a sign
    error."""
    rng = np.random.default_rng(104)

    def sigmoid(v):
        return 1.0 / (1 + np.exp(-v))

    def sigmoid_derivative(a):
        return a * (1.0 - a)

    def feed(p, inp):
        layer1 = sigmoid(np.dot(inp, p["weights1"]))
        output = sigmoid(np.dot(layer1, p["weights2"]))
        return layer1, output

    def loss(p, inp, y):
        return float(np.sum((y - feed(p, inp)[1]) ** 2))

    def grad(p, inp, y):
        layer1, output = feed(p, inp)
        d_weights2 = np.dot(layer1.T, 2 * (y - output) * sigmoid_derivative(output))
        d_weights1 = np.dot(
            inp.T, np.dot(2 * (y - output) * sigmoid_derivative(output), p["weights2"].T) * sigmoid_derivative(layer1)
        )
        return {"weights1": -d_weights1, "weights2": -d_weights2}

    params = {"weights1": rng.normal(size=(3, 4)), "weights2": rng.normal(size=(4, 1))}
    inp = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, inp, y


@ill("delta_not_carried", "unknown", "label_not_subtracted")
def chain_of_two_scalars():
    """One unit per layer: the derivative for the first weight has all slopes and w2 but the factor 2(a - y) of the
    cost is lost on the way back."""
    rng = np.random.default_rng(105)

    def s(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, a0, y):
        a1 = s(p["w1"] * a0)
        a2 = s(p["w2"] * a1)
        return float(np.sum((a2 - y) ** 2))

    def grad(p, a0, y):
        z1 = p["w1"] * a0
        a1 = s(z1)
        z2 = p["w2"] * a1
        a2 = s(z2)
        dC_dw2 = a1 * s(z2) * (1 - s(z2)) * 2 * (a2 - y)
        dC_dw1 = a0 * s(z1) * (1 - s(z1)) * s(z2) * (1 - s(z2)) * p["w2"]
        return {"w1": np.array([np.sum(dC_dw1)]), "w2": np.array([np.sum(dC_dw2)])}

    params = {"w1": np.array([0.8]), "w2": np.array([-1.3])}
    a0 = rng.normal(size=6)
    y = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    return loss, grad, params, a0, y


@healthy
def house_prices_three_layers():
    """Right though suspected: ReLU, ReLU, sigmoid with cross-entropy stuck at 0.7 because the unscaled inputs are
    used; the gradient itself is right."""
    rng = np.random.default_rng(106)

    def relu(v):
        return np.maximum(0, v)

    def fwd(q, inputs):
        z1 = np.dot(inputs, q["w1"]) + q["b1"]
        a1 = relu(z1)
        z2 = np.dot(a1, q["w2"]) + q["b2"]
        a2 = relu(z2)
        z3 = np.dot(a2, q["w3"]) + q["b3"]
        return z1, a1, z2, a2, 1 / (1 + np.exp(-z3))

    def loss(q, inputs, Y):
        a3 = fwd(q, inputs)[-1]
        Y = Y.reshape(-1, 1)
        return float(-np.mean(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)))

    def grad(q, inputs, Y):
        z1, a1, z2, a2, a3 = fwd(q, inputs)
        n = len(Y)
        dL = -(Y.reshape(-1, 1) / a3) + (1 - Y.reshape(-1, 1)) / (1 - a3)
        dz3 = dL * a3 * (1 - a3) / n
        dz2 = np.dot(dz3, q["w3"].T)
        dz2[z2 <= 0] = 0
        dz1 = np.dot(dz2, q["w2"].T)
        dz1[z1 <= 0] = 0
        return {
            "w1": np.dot(inputs.T, dz1),
            "b1": dz1.sum(axis=0),
            "w2": np.dot(a1.T, dz2),
            "b2": dz2.sum(axis=0),
            "w3": np.dot(a2.T, dz3),
            "b3": dz3.sum(axis=0),
        }

    params = {
        "w1": 0.6 * rng.normal(size=(5, 8)),
        "b1": 0.1 * rng.normal(size=8),
        "w2": 0.6 * rng.normal(size=(8, 6)),
        "b2": 0.1 * rng.normal(size=6),
        "w3": 0.6 * rng.normal(size=(6, 1)),
        "b3": np.zeros(1),
    }
    X = rng.random((16, 5)) * np.array([3.0, 1.0, 2.0, 1.0, 0.5])
    Y = (X[:, 0] + X[:, 2] > 2.4).astype(float)
    return loss, grad, params, X, Y


@healthy
def xor_column_samples():
    """Right though suspected: per-sample loop over XOR with column vectors, which the asker's own gradient check
    confirms."""
    rng = np.random.default_rng(107)

    def sigmoid(v):
        return 1 / (1 + np.power(np.e, -v))

    def forward(x, p):
        a = p["W1"].dot(x)
        z = sigmoid(a + p["b1"])
        b = p["W2"].dot(z)
        y = sigmoid(b + p["b2"])
        return z, y

    def loss(p, X, y):
        total = 0.0
        for i in range(X.shape[0]):
            _, out = forward(X[i].reshape((-1, 1)), p)
            total -= y[i] * np.log(out[0, 0]) + (1 - y[i]) * np.log(1 - out[0, 0])
        return float(total / X.shape[0])

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for i in range(X.shape[0]):
            x = X[i].reshape((-1, 1))
            z, out = forward(x, p)
            d = out - y[i]
            g["W2"] += d.dot(z.T)
            g["b2"] += d
            dz = p["W2"].T.dot(d) * z * (1 - z)
            g["W1"] += dz.dot(x.T)
            g["b1"] += dz
        for k in g:
            g[k] /= X.shape[0]
        return g

    params = {
        "W1": rng.normal(size=(3, 2)),
        "W2": rng.normal(size=(1, 3)),
        "b1": rng.normal(size=(3, 1)),
        "b2": rng.normal(size=(1, 1)),
    }
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([0.0, 1.0, 1.0, 0.0])
    return loss, grad, params, X, y


@ill("broadcast", "labels_misaligned")
def xor_left_over_sample():
    """The loop goes over the labels but keeps feeding one and the same left-over x, so every label is set against the
    last input."""
    rng = np.random.default_rng(108)

    def sigmoid(v):
        return 1 / (1 + np.power(np.e, -v))

    def forward(x, p):
        z = sigmoid(p["W1"].dot(x) + p["b1"])
        return z, sigmoid(p["W2"].dot(z) + p["b2"])

    def loss(p, X, y):
        pred = np.zeros(len(X))
        for i in range(len(X)):
            pred[i] = forward(X[i].reshape((-1, 1)), p)[1][0, 0]
        return float(-np.mean(y * np.log(pred) + (1 - y) * np.log(1 - pred)))

    def grad(p, X, y):
        m = len(X)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        x = X[m - 1].reshape((-1, 1))
        for i in range(m):
            z, out = forward(x, p)
            d = out - y[i]
            dz = p["W2"].T.dot(d) * z * (1 - z)
            g["W2"] += d.dot(z.T) / m
            g["b2"] += d / m
            g["W1"] += dz.dot(x.T) / m
            g["b1"] += dz / m
        return g

    params = {
        "W1": rng.normal(size=(4, 2)),
        "W2": rng.normal(size=(1, 4)),
        "b1": rng.normal(size=(4, 1)),
        "b2": rng.normal(size=(1, 1)),
    }
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([0.0, 1.0, 1.0, 1.0])
    return loss, grad, params, X, y


@healthy
def xor_two_outputs_logistic():
    """Right though suspected: two normalised outputs, logistic loss on both, and the chain rule through both outputs
    written out by hand."""
    rng = np.random.default_rng(109)

    def run(p, X):
        s = 1 / (1 + np.exp(-(X @ p["wh"] + p["bh"])))
        c = np.exp(s @ p["wo"] + p["bo"])
        return s, c / (c[:, :1] + c[:, 1:])

    def loss(p, X, y):
        _, yh = run(p, X)
        return float(-np.sum(y * np.log(yh) + (1 - y) * np.log(1 - yh)))

    def grad(p, X, y):
        s, yh = run(p, X)
        dE = -y / yh + (1 - y) / (1 - yh)
        d1 = dE[:, 0] * yh[:, 0] * (1 - yh[:, 0]) + dE[:, 1] * (-yh[:, 1]) * yh[:, 0]
        d2 = dE[:, 1] * yh[:, 1] * (1 - yh[:, 1]) + dE[:, 0] * (-yh[:, 0]) * yh[:, 1]
        dc = np.stack([d1, d2], axis=1)
        ds = dc @ p["wo"].T * s * (1 - s)
        return {"wh": X.T @ ds, "bh": ds.sum(0), "wo": s.T @ dc, "bo": dc.sum(0)}

    params = {
        "wh": rng.normal(size=(2, 3)),
        "bh": rng.normal(size=3),
        "wo": rng.normal(size=(3, 2)),
        "bo": rng.normal(size=2),
    }
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0, 1], [1, 0], [1, 0], [0, 1]], float)
    return loss, grad, params, X, y


@ill("activation_slope_of_activation")
def iris_tanh_softmax_single():
    """The tanh slope 1 - tanh(v)^2 is taken at the hidden activation rather than at the hidden sum (tanh twice)."""
    rng = np.random.default_rng(110)

    def softmax(v):
        e = np.exp(v - v.max())
        return e / e.sum()

    def loss(p, x_n, y_n):
        h = np.tanh(np.dot(x_n, p["W1"]) + p["b1"])
        o = softmax(np.dot(h, p["W2"]) + p["b2"])
        return float(-np.log(o[0, int(y_n)]))

    def grad(p, x_n, y_n):
        h = np.tanh(np.dot(x_n, p["W1"]) + p["b1"])
        o = softmax(np.dot(h, p["W2"]) + p["b2"])
        dOut = o.copy()
        dOut[0, int(y_n)] -= 1
        dHid = np.dot(dOut, p["W2"].T) * (1 - np.tanh(h) ** 2)
        return {"W1": np.dot(x_n.T, dHid), "b1": dHid, "W2": np.dot(h.T, dOut), "b2": dOut}

    params = {
        "W1": rng.normal(size=(4, 4)),
        "b1": 0.2 * rng.normal(size=(1, 4)),
        "W2": rng.normal(size=(4, 3)),
        "b2": 0.2 * rng.normal(size=(1, 3)),
    }
    x_n = np.array([[0.62, -0.41, 0.78, 1.05]])
    return loss, grad, params, x_n, 2


@ill("delta_not_carried")
def toy_class_errors_back():
    """Rewritten tutorial class: the hidden errors come from the bare output errors and not from the output gradient
    with its sigmoid slope."""
    rng = np.random.default_rng(111)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def dsigmoid(a):
        return a * (1 - a)

    def loss(nn, X, y):
        E = 0.0
        for inp, tgt in zip(X, y):
            h = sigmoid(np.dot(nn["weights_ih"], inp) + nn["bias_h"])
            o = sigmoid(np.dot(nn["weights_ho"], h) + nn["bias_o"])
            E += 0.5 * np.sum((tgt - o) ** 2)
        return float(E)

    def grad(nn, X, y):
        step = {k: np.zeros_like(v) for k, v in nn.items()}
        for inp, tgt in zip(X, y):
            h = sigmoid(np.dot(nn["weights_ih"], inp) + nn["bias_h"])
            o = sigmoid(np.dot(nn["weights_ho"], h) + nn["bias_o"])
            output_errors = tgt - o
            gradients = output_errors * dsigmoid(o)
            step["weights_ho"] += np.outer(gradients, h)
            step["bias_o"] += gradients
            hidden_errors = np.dot(nn["weights_ho"].T, output_errors)
            hidden_gradient = hidden_errors * dsigmoid(h)
            step["weights_ih"] += np.outer(hidden_gradient, inp)
            step["bias_h"] += hidden_gradient
        return {k: -v for k, v in step.items()}

    params = {
        "weights_ih": rng.uniform(-1, 1, (2, 2)),
        "weights_ho": rng.uniform(-1, 1, (1, 2)),
        "bias_h": rng.uniform(-1, 1, 2),
        "bias_o": rng.uniform(-1, 1, 1),
    }
    X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, X, y


@healthy
def all_ones_bias_row():
    """Right though suspected: every weight starts at 1, so the equal gradients per layer are the symmetry and no
    fault of the backward pass."""

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def with_one(a):
        return np.hstack([np.ones((a.shape[0], 1)), a])

    def run(p, X):
        a0 = with_one(X)
        a1 = with_one(sig(a0 @ p["w0"]))
        a2 = with_one(sig(a1 @ p["w1"]))
        return a0, a1, a2, sig(a2 @ p["w2"])

    def loss(p, X, y):
        return float(np.sum((run(p, X)[3] - y) ** 2) / X.shape[0])

    def grad(p, X, y):
        a0, a1, a2, a3 = run(p, X)
        d3 = 2 * (a3 - y) * a3 * (1 - a3) / X.shape[0]
        d2 = (d3 @ p["w2"].T * a2 * (1 - a2))[:, 1:]
        d1 = (d2 @ p["w1"].T * a1 * (1 - a1))[:, 1:]
        return {"w0": a0.T @ d1, "w1": a1.T @ d2, "w2": a2.T @ d3}

    params = {"w0": np.ones((3, 3)), "w1": np.ones((4, 3)), "w2": np.ones((4, 2))}
    X = np.array([[0.8, 0.4], [0.3, 0.3]])
    y = np.array([[0.6, 0.1], [0.2, 0.9]])
    return loss, grad, params, X, y


@ill("unknown", "activation_slope_extra")
def planar_g_prime_times_z():
    """G'(Z1) was read as g' times Z1, so the tanh slope is multiplied by Z1 once more."""
    rng = np.random.default_rng(201)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def forward_propagation(X, parameters):
        Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
        A1 = np.tanh(Z1)
        Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
        return {"Z1": Z1, "A1": A1, "A2": sigmoid(Z2)}

    def loss(parameters, X, Y):
        A2 = forward_propagation(X, parameters)["A2"]
        m = Y.shape[1]
        return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m)

    def grad(parameters, X, Y):
        m = X.shape[1]
        cache = forward_propagation(X, parameters)
        A1, A2, Z1 = cache["A1"], cache["A2"], cache["Z1"]
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        g1_prime = 1 - np.power(A1, 2)
        dZ1 = np.dot(parameters["W2"].T, dZ2) * g1_prime * Z1
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    params = {
        "W1": rng.normal(size=(4, 2)),
        "b1": 0.3 * rng.normal(size=(4, 1)),
        "W2": rng.normal(size=(1, 4)),
        "b2": np.array([[0.1]]),
    }
    X = rng.normal(size=(2, 9))
    Y = (X[:1] * X[1:] > 0).astype(float)
    return loss, grad, params, X, Y


@ill("broadcast", "labels_misaligned")
def softmax_integer_labels():
    """Binary formula carried over to softmax: the column of integer labels 0, 1, 2 is subtracted from all class
    probabilities where the one-hot rows belong."""
    rng = np.random.default_rng(202)

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(p, X, y):
        yhat = softmax(X @ p["w"] + p["b"])
        m = X.shape[0]
        return float(-np.sum(np.log(yhat[np.arange(m), y[:, 0]])) / m)

    def grad(p, X, y):
        m = X.shape[0]
        yhat = softmax(X @ p["w"] + p["b"])
        diff = yhat - y
        return {"w": X.T @ diff / m, "b": np.sum(diff, axis=0) / m}

    params = {"w": 0.5 * rng.normal(size=(2, 3)), "b": 0.2 * rng.normal(size=3)}
    X = np.vstack([rng.normal([0, 0], 0.6, (4, 2)), rng.normal([2, 1], 0.6, (4, 2)), rng.normal([-1, 2], 0.6, (4, 2))])
    y = np.repeat([0, 1, 2], 4).reshape(-1, 1)
    return loss, grad, params, X, y


@healthy
def xor_long_plateau():
    """Right though suspected: 2-2-1 XOR network with a bias on the first layer only; the long plateau made the asker
    doubt the set-up."""
    rng = np.random.default_rng(203)

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, Y):
        A = sig(X @ p["W1"] + p["B1"])
        out = sig(A @ p["W2"])
        return float(np.mean((out - Y) ** 2))

    def grad(p, X, Y):
        A = sig(X @ p["W1"] + p["B1"])
        out = sig(A @ p["W2"])
        dOut = 2 * (out - Y) / len(X)
        dLin2 = dOut * out * (1 - out)
        dA = dLin2 @ p["W2"].T
        dLin1 = dA * A * (1 - A)
        return {"W1": X.T @ dLin1, "B1": np.sum(dLin1, axis=0, keepdims=True), "W2": A.T @ dLin2}

    params = {"W1": rng.normal(size=(2, 2)), "B1": rng.normal(size=(1, 2)), "W2": rng.normal(size=(2, 1))}
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    Y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, X, Y


@ill("activation_formula_on_preactivation")
def neuron_objects_value_or_z():
    """Of the two derivative helpers (for the value, for z) the hidden neurons use the one for the value, but hand it
    z."""
    rng = np.random.default_rng(204)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def derivative_value(value):
        return value * (1 - value)

    class Neuron:
        def __init__(self):
            self.z = 0.0
            self.value = 0.0
            self.delta = 0.0

    class Net:
        def __init__(self, p):
            self.p = p
            self.hidden = [Neuron() for _ in range(p["w_ih"].shape[1])]
            self.out = [Neuron() for _ in range(p["w_ho"].shape[1])]

        def forward(self, x):
            p = self.p
            for j, nr in enumerate(self.hidden):
                nr.z = sum(x[i] * p["w_ih"][i, j] for i in range(len(x))) + p["b_h"][j]
                nr.value = sigmoid(nr.z)
            for k, nr in enumerate(self.out):
                nr.z = sum(h.value * p["w_ho"][j, k] for j, h in enumerate(self.hidden)) + p["b_o"][k]
                nr.value = sigmoid(nr.z)
            return np.array([nr.value for nr in self.out])

        def backward(self, t):
            for k, nr in enumerate(self.out):
                nr.delta = 2 * (nr.value - t[k]) * derivative_value(nr.value)
            for j, nr in enumerate(self.hidden):
                s = sum(self.p["w_ho"][j, k] * o.delta for k, o in enumerate(self.out))
                nr.delta = s * derivative_value(nr.z)

    def loss(p, X, y):
        net = Net(p)
        return float(np.mean([np.sum((net.forward(x) - t) ** 2) for x, t in zip(X, y)]))

    def grad(p, X, y):
        net = Net(p)
        changes = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            net.forward(x)
            net.backward(t)
            for j, h in enumerate(net.hidden):
                changes["b_h"][j] += h.delta
                for i in range(len(x)):
                    changes["w_ih"][i, j] += x[i] * h.delta
            for k, o in enumerate(net.out):
                changes["b_o"][k] += o.delta
                for j, h in enumerate(net.hidden):
                    changes["w_ho"][j, k] += h.value * o.delta
        return {k: v / len(X) for k, v in changes.items()}

    params = {
        "w_ih": rng.uniform(-1, 1, (2, 3)),
        "b_h": rng.uniform(-0.5, 0.5, 3),
        "w_ho": rng.uniform(-1, 1, (3, 1)),
        "b_o": rng.uniform(-0.5, 0.5, 1),
    }
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, X, y


@ill("dot_vs_elementwise")
def planar_dot_for_both():
    """Both products of dZ1 are matrix products; the one with the tanh slope ought to be elementwise (runs because
    there are as many examples as hidden units)."""
    rng = np.random.default_rng(205)

    def loss(parameters, X, Y):
        A1 = np.tanh(np.dot(parameters["W1"], X) + parameters["b1"])
        A2 = 1 / (1 + np.exp(-(np.dot(parameters["W2"], A1) + parameters["b2"])))
        return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))

    def grad(parameters, X, Y):
        m = X.shape[1]
        A1 = np.tanh(np.dot(parameters["W1"], X) + parameters["b1"])
        A2 = 1 / (1 + np.exp(-(np.dot(parameters["W2"], A1) + parameters["b2"])))
        dZ2 = A2 - Y
        dW2 = 1 / m * np.dot(dZ2, A1.T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.dot(np.dot(parameters["W2"].T, dZ2), (1 - np.power(A1, 2)))
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    params = {
        "W1": rng.normal(size=(4, 2)),
        "b1": 0.2 * rng.normal(size=(4, 1)),
        "W2": rng.normal(size=(1, 4)),
        "b2": np.array([[-0.2]]),
    }
    X = rng.normal(size=(2, 4))
    Y = np.array([[1.0, 0.0, 0.0, 1.0]])
    return loss, grad, params, X, Y


@ill("wrong_shape", "dot_vs_elementwise")
def propagate_star_for_dot():
    """Dw is the elementwise product of X and (A - Y), one column per example, in place of the matrix product that
    sums over the examples."""
    rng = np.random.default_rng(206)

    def loss(p, X, Y):
        m = X.shape[1]
        A = 1 / (1 + np.exp(-(np.dot(p["w"].T, X) + p["b"])))
        return float(-1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)))

    def grad(p, X, Y):
        m = X.shape[1]
        A = 1 / (1 + np.exp(-(np.dot(p["w"].T, X) + p["b"])))
        dw = 1 / m * (X * (A - Y))
        db = np.array(1 / m * np.sum(A - Y))
        return {"w": dw, "b": db}

    params = {"w": rng.normal(size=(3, 1)), "b": np.array(0.4)}
    X = rng.normal(size=(3, 5))
    Y = np.array([[1.0, 0.0, 1.0, 1.0, 0.0]])
    return loss, grad, params, X, Y


@ill("wrong_cached_input", "unknown")
def xor_delta_without_input():
    """Every weight is moved by the delta of its target unit alone; the factor of the activation that came in over
    this weight is missing."""
    rng = np.random.default_rng(207)

    def f(v):
        return 1 / (1 + np.exp(-v))

    def f_der(guess):
        return guess * (1 - guess)

    def forward(net, x):
        hid = f(net["ih"].T @ x + net["bh"])
        guess = f(net["ho"].T @ hid + net["bo"])
        return hid, guess

    def loss(net, X, y):
        return float(sum(0.5 * np.sum((t - forward(net, x)[1]) ** 2) for x, t in zip(X, y)))

    def grad(net, X, y):
        up = {k: np.zeros_like(v) for k, v in net.items()}
        for x, t in zip(X, y):
            hid, guess = forward(net, x)
            delta = (t - guess) * f_der(guess)
            for n in range(len(hid)):
                for j in range(len(guess)):
                    up["ho"][n, j] += delta[j]
            back = (net["ho"] @ delta) * f_der(hid)
            for n in range(len(x)):
                for j in range(len(hid)):
                    up["ih"][n, j] += back[j]
            up["bo"] += delta
            up["bh"] += back
        return {k: -v for k, v in up.items()}

    params = {
        "ih": rng.uniform(-1, 1, (2, 3)),
        "bh": rng.uniform(-1, 1, 3),
        "ho": rng.uniform(-1, 1, (3, 1)),
        "bo": rng.uniform(-1, 1, 1),
    }
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, X, y


@healthy
def octave_xor_small_init():
    """Right though suspected: bias as first column of each theta, logistic cost stuck at ln 2 because of the tiny,
    one-sided initial weights."""
    rng = np.random.default_rng(208)

    def sigmoid(v):
        return 1.0 / (1.0 + np.exp(-v))

    def sigmoid_gradient(v):
        return sigmoid(v) * (1 - sigmoid(v))

    def feed(t, x):
        m = x.shape[0]
        a1b = np.hstack([np.ones((m, 1)), x])
        z2 = a1b @ t["theta1"].T
        a2b = np.hstack([np.ones((m, 1)), sigmoid(z2)])
        z3 = a2b @ t["theta2"].T
        return a1b, z2, a2b, sigmoid(z3)

    def loss(t, x, y):
        a3 = feed(t, x)[3]
        return float(-np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3)) / x.shape[0])

    def grad(t, x, y):
        m = x.shape[0]
        a1b, z2, a2b, a3 = feed(t, x)
        delta2 = a3 - y
        gradient2 = delta2.T @ a2b / m
        delta1 = (delta2 @ t["theta2"][:, 1:]) * sigmoid_gradient(z2)
        gradient1 = delta1.T @ a1b / m
        return {"theta1": gradient1, "theta2": gradient2}

    params = {"theta1": rng.random((3, 3)) * 2 * 0.12 - 0.05, "theta2": rng.random((1, 4)) * 2 * 0.12 - 0.05}
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return loss, grad, params, x, y


@ill("summed_not_averaged")
def titanic_column_weights():
    """Logistic regression whose cost has the factor 1/m while the weight step is the plain sum over the rows."""
    rng = np.random.default_rng(209)

    def sigmoid(w, x):
        return 1 / (1 + np.exp(-np.dot(w.T, x)))

    def loss(p, A, y):
        m = len(y)
        h = np.array([sigmoid(p["w"], A[i, :])[0] for i in range(m)])
        return float(-(1 / m) * np.sum([y * np.log(h), (1 - y) * np.log(1 - h)]))

    def grad(p, A, y):
        y = np.expand_dims(y, axis=1)
        alpha = np.array([sigmoid(p["w"], A[i, :]) for i in range(A.shape[0])])
        return {"w": np.dot(A.T, alpha - y)}

    params = {"w": 0.4 * rng.normal(size=(5, 1))}
    A = np.hstack([np.ones((14, 1)), rng.normal(size=(14, 4))])
    y = (A[:, 1] + 0.5 * rng.normal(size=14) > 0).astype(float)
    return loss, grad, params, A, y


@healthy
def logistic_w_with_head():
    """Right though suspected: the intercept line marked as problematic is the right gradient, only slow with the
    small rate."""
    rng = np.random.default_rng(210)

    def hyp(w_, X):
        return 1 / (1 + np.exp(-(w_[0] + X @ w_[1:])))

    def loss(p, X, y):
        h = hyp(p["w_"], X)
        return float(-(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / X.shape[0])

    def grad(p, X, y):
        m = X.shape[0]
        x0 = np.ones(m)
        h = hyp(p["w_"], X)
        out = np.zeros_like(p["w_"])
        out[1:] = X.T @ (h - y) / m
        out[0] = x0 @ (h - y) / m
        return {"w_": out}

    params = {"w_": 0.5 * rng.normal(size=4)}
    X = rng.normal(size=(12, 3))
    y = (X[:, 0] - X[:, 2] > 0.2).astype(float)
    return loss, grad, params, X, y


@ill("summed_not_averaged")
def two_gaussians_no_mean():
    """Two clouds, weights compared with a library: the average log-loss is meant but the gradient is never divided by
    the number of rows."""
    rng = np.random.default_rng(211)

    def loss(p, ft, clc):
        prediction = 1 / (1 + np.exp(-np.dot(ft, p["w"])))
        return float(-np.mean(clc * np.log(prediction) + (1 - clc) * np.log(1 - prediction)))

    def grad(p, ft, clc):
        prediction = 1 / (1 + np.exp(-np.dot(ft, p["w"])))
        gr = np.dot(ft.T, clc - prediction)
        return {"w": -gr}

    params = {"w": np.array([[0.3], [-0.2]])}
    ft = np.vstack([rng.normal([-1.2, -0.8], 1.0, (8, 2)), rng.normal([1.0, 0.7], 1.0, (8, 2))])
    clc = np.hstack([np.zeros(8), np.ones(8)]).reshape(16, 1)
    return loss, grad, params, ft, clc


@ill("sign", "scale", "averaged_twice")
def glass_loglik_as_cost():
    """The printed cost is the summed log-likelihood, the step is the gradient of the averaged negative one: opposite
    sign and a factor 1/m."""
    rng = np.random.default_rng(212)

    def logit(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        scores = np.dot(X, p["weights"])
        return float(np.sum(y * scores - np.log(1 + np.exp(scores))))

    def grad(p, X, y):
        m = len(X)
        scores = np.dot(X, p["weights"])
        return {"weights": (1 / m) * np.dot(np.transpose(X), logit(scores) - y)}

    params = {"weights": np.array([0.7, -0.4])}
    al = np.sort(rng.uniform(0.3, 3.0, 15))
    X = np.stack((np.ones(15), al), axis=-1)
    y = (al + 0.4 * rng.normal(size=15) > 1.8).astype(float)
    return loss, grad, params, X, y


@ill("missing_param", "bias_reduction")
def digits_bias_in_last_column():
    """Weights and biases share one array; the loops run over the incoming activations only, so the last column with
    the biases never gets its derivative."""
    rng = np.random.default_rng(301)

    def sigmoid(v):
        return 1.0 / (1.0 + np.exp(-v))

    def activations(weights, inp):
        acts = [np.array(inp)]
        for name in ("layer0", "layer1", "layer2"):
            W = weights[name]
            rows, cols = W.shape
            out = np.zeros(rows)
            for j in range(rows):
                s = W[j, cols - 1]
                for k in range(cols - 1):
                    s += W[j, k] * acts[-1][k]
                out[j] = sigmoid(s)
            acts.append(out)
        return acts

    def loss(weights, inp, out):
        return float(0.5 * np.sum((activations(weights, inp)[-1] - out) ** 2))

    def grad(weights, inp, out):
        acts = activations(weights, inp)
        errors = acts[-1] - out
        res = {}
        for l in (2, 1, 0):
            W = weights["layer%d" % l]
            dW = np.zeros(W.shape)
            prev = acts[l]
            new_errors = np.zeros(len(prev))
            for j in range(W.shape[0]):
                a = acts[l + 1][j]
                for k in range(len(prev)):
                    dW[j, k] = errors[j] * a * (1 - a) * prev[k]
                    new_errors[k] += errors[j] * a * (1 - a) * W[j, k]
            res["layer%d" % l] = dW
            errors = new_errors
        return res

    params = {
        "layer0": rng.normal(size=(4, 7)) * 0.6,
        "layer1": rng.normal(size=(4, 5)) * 0.6,
        "layer2": rng.normal(size=(3, 5)) * 0.6,
    }
    inp = rng.random(6)
    out = np.array([0.0, 0.0, 1.0])
    return loss, grad, params, inp, out


@ill("delta_not_carried")
def zero_indexed_deltas():
    """In the zero-indexed numbering each Theta is paired with the delta one layer too low (possible since all layers
    have the same width)."""
    rng = np.random.default_rng(302)

    def sigma(v):
        return 1 / (1 + np.exp(-v))

    def feed(th, x):
        a = [x]
        for l in range(3):
            a.append(sigma(th["Theta%d" % l].T @ a[-1]))
        return a

    def loss(th, X, Y):
        J = 0.0
        for x, t in zip(X, Y):
            h = feed(th, x)[-1]
            J -= np.sum(t * np.log(h) + (1 - t) * np.log(1 - h))
        return float(J / len(X))

    def grad(th, X, Y):
        g = {k: np.zeros_like(v) for k, v in th.items()}
        for x, t in zip(X, Y):
            a = feed(th, x)
            delta = [None] * 4
            delta[3] = a[3] - t
            for l in (2, 1, 0):
                delta[l] = (th["Theta%d" % l] @ delta[l + 1]) * a[l] * (1 - a[l])
            for l in range(3):
                g["Theta%d" % l] += np.outer(a[l], delta[l])
        return {k: v / len(X) for k, v in g.items()}

    params = {"Theta%d" % l: rng.normal(size=(4, 4)) * 0.8 for l in range(3)}
    X = rng.random((6, 4))
    Y = np.eye(4)[[0, 1, 2, 3, 1, 0]]
    return loss, grad, params, X, Y


@healthy
def tanh_hidden_error_loops():
    """Right though suspected: tanh network in loops, the hidden errors are slope times the weighted sum of the output
    errors as they should be."""
    rng = np.random.default_rng(303)

    def run(p, x):
        h = np.zeros(p["hid_w"].shape[0])
        for i in range(len(h)):
            h[i] = np.tanh(np.sum(p["hid_w"][i] * x))
        o = np.zeros(p["out_w"].shape[0])
        for k in range(len(o)):
            o[k] = np.tanh(np.sum(p["out_w"][k] * h))
        return h, o

    def loss(p, x, desired):
        _, o = run(p, x)
        return float(np.sum((desired - o) ** 2) / 2)

    def grad(p, x, desired):
        h, o = run(p, x)
        out_err = np.zeros(len(o))
        for k in range(len(o)):
            out_err[k] = (desired[k] - o[k]) * (1 - o[k] * o[k])
        hid_err = np.zeros(len(h))
        for i in range(len(h)):
            total = 0.0
            for k in range(len(o)):
                total += out_err[k] * p["out_w"][k, i]
            hid_err[i] = (1 - h[i] * h[i]) * total
        return {"out_w": -np.outer(out_err, h), "hid_w": -np.outer(hid_err, x)}

    params = {"hid_w": rng.normal(size=(3, 4)) * 0.7, "out_w": rng.normal(size=(2, 3)) * 0.7}
    x = np.array([1.0, -1.0, 0.5, -0.2])
    desired = np.array([0.8, -0.6])
    return loss, grad, params, x, desired


@healthy
def schoolbook_tanh_swap():
    """Right though suspected: the schoolbook rule with (t - a)(1 - a^2) after the sigmoid was exchanged for tanh in
    both layers."""
    rng = np.random.default_rng(304)

    def loss(p, X, t):
        total = 0.0
        for x, target in zip(X, t):
            ah = np.tanh(x @ p["v"])
            a = np.tanh(ah @ p["wh"])
            total += 0.5 * (target - a) ** 2
        return float(total)

    def grad(p, X, t):
        gv = np.zeros_like(p["v"])
        gw = np.zeros_like(p["wh"])
        for x, target in zip(X, t):
            ah = np.tanh(x @ p["v"])
            a = np.tanh(ah @ p["wh"])
            err_o = (target - a) * (1 - a**2)
            err_h = err_o * (1 - ah**2) * p["wh"]
            gw -= err_o * ah
            gv -= np.outer(x, err_h)
        return {"v": gv, "wh": gw}

    params = {"v": rng.normal(size=(3, 4)) * 0.6, "wh": rng.normal(size=4) * 0.6}
    X = rng.normal(size=(7, 3))
    t = np.sign(X[:, 0] + 0.3 * X[:, 1])
    return loss, grad, params, X, t


@healthy
def student_scores_rising_cost():
    """Right though suspected: linear regression whose cost rises only because the step is too long for the unscaled
    marks."""
    rng = np.random.default_rng(305)

    def loss(p, X, y):
        return float(np.sum((X.dot(p["param"]) - y) ** 2) / 2.0)

    def grad(p, X, y):
        h = X.dot(p["param"])
        residual = h - y
        return {"param": X.T.dot(residual)}

    math = rng.uniform(3, 10, 20)
    reading = math * 0.8 + rng.normal(0, 1, 20)
    X = np.concatenate([np.ones((20, 1)), math.reshape(-1, 1), reading.reshape(-1, 1)], axis=1)
    y = 0.5 * math + 0.4 * reading + rng.normal(0, 0.5, 20)
    return loss, grad, {"param": np.array([0.1, 0.2, -0.1])}, X, y


@ill("activation_slope_of_error")
def slope_from_the_error():
    """The output delta is e(1 - e) with e the error h2 - y, in place of e times h2(1 - h2)."""
    rng = np.random.default_rng(306)

    def net(q, x):
        h1 = 1 / (1 + np.exp(-(x.dot(q["theta1"]) + q["b1"])))
        h2 = 1 / (1 + np.exp(-(h1.dot(q["theta2"]) + q["b2"])))
        return h1, h2

    def loss(q, x, y):
        _, h2 = net(q, x)
        return float(0.5 * np.sum((h2 - y) ** 2))

    def grad(q, x, y):
        h1, h2 = net(q, x)
        dh2 = h2 - y
        dz2 = dh2 * (1 - dh2)
        dw2 = np.dot(np.transpose(h1), dz2)
        db2 = np.sum(dz2, axis=0, keepdims=True)
        dh1 = np.dot(dz2, q["theta2"].T)
        dz1 = dh1 * h1 * (1 - h1)
        return {"theta1": np.dot(x.T, dz1), "b1": np.sum(dz1, axis=0, keepdims=True), "theta2": dw2, "b2": db2}

    params = {
        "theta1": rng.normal(size=(3, 5)),
        "b1": 0.3 * rng.normal(size=(1, 5)),
        "theta2": rng.normal(size=(5, 2)),
        "b2": 0.3 * rng.normal(size=(1, 2)),
    }
    x = rng.normal(size=(8, 3))
    y = np.eye(2)[(x[:, 0] > x[:, 1]).astype(int)]
    return loss, grad, params, x, y


@ill("bias_reduction", "wrong_shape")
def bias_matrix_not_summed():
    """As the asker wished: the whole matrix dz is taken for the bias gradient, one row per example, and never
    summed."""
    rng = np.random.default_rng(307)

    def net(q, x):
        h1 = 1 / (1 + np.exp(-(x.dot(q["theta1"]) + q["b1"])))
        h2 = 1 / (1 + np.exp(-(h1.dot(q["theta2"]) + q["b2"])))
        return h1, h2

    def loss(q, x, y):
        return float(0.5 * np.sum((net(q, x)[1] - y) ** 2))

    def grad(q, x, y):
        h1, h2 = net(q, x)
        dz2 = (h2 - y) * h2 * (1 - h2)
        dz1 = np.dot(dz2, q["theta2"].T) * h1 * (1 - h1)
        return {"theta1": np.dot(x.T, dz1), "b1": dz1, "theta2": np.dot(h1.T, dz2), "b2": dz2}

    params = {
        "theta1": rng.normal(size=(2, 4)),
        "b1": 0.3 * rng.normal(size=(1, 4)),
        "theta2": rng.normal(size=(4, 2)),
        "b2": 0.3 * rng.normal(size=(1, 2)),
    }
    x = rng.normal(size=(6, 2))
    y = np.eye(2)[(x[:, 0] * x[:, 1] > 0).astype(int)]
    return loss, grad, params, x, y


@ill("unknown", "bias_reduction")
def bias_slope_of_bias():
    """Biases added to the eleven-lines network: their step takes the sigmoid slope at the value of the bias itself,
    b(1 - b), and not at the unit's output."""
    rng = np.random.default_rng(308)

    def nonlin(v, deriv=False):
        if deriv:
            return v * (1 - v)
        return 1 / (1 + np.exp(-v))

    def loss(p, X, Y):
        h = nonlin(np.dot(X, p["wh"]) + p["biasH"])
        o = nonlin(np.dot(h, p["wo"]) + p["biasO"])
        return float(np.sum((Y - o) ** 2) / 2)

    def grad(p, X, Y):
        h = nonlin(np.dot(X, p["wh"]) + p["biasH"])
        o = nonlin(np.dot(h, p["wo"]) + p["biasO"])
        o_error = Y - o
        o_delta = o_error * nonlin(o, deriv=True)
        o_biases = o_error * nonlin(p["biasO"], deriv=True)
        h_error = o_delta.dot(p["wo"].T)
        h_delta = h_error * nonlin(h, deriv=True)
        h_biases = h_error * nonlin(p["biasH"], deriv=True)
        return {
            "wh": -X.T.dot(h_delta),
            "wo": -h.T.dot(o_delta),
            "biasH": -h_biases.sum(axis=0, keepdims=True),
            "biasO": -o_biases.sum(axis=0, keepdims=True),
        }

    params = {
        "wh": rng.uniform(-1, 1, (3, 4)),
        "wo": rng.uniform(-1, 1, (4, 1)),
        "biasH": 2 * rng.random((1, 4)) - 1,
        "biasO": 2 * rng.random((1, 1)) - 1,
    }
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [1, 1, 0]], float)
    Y = np.array([[0.0], [1.0], [1.0], [0.0], [0.0]])
    return loss, grad, params, X, Y


@ill("activation_formula_on_preactivation")
def planar_power_of_z():
    """The second layer is right; in dZ1 the formula 1 - v^2 is given Z1 where it expects A1."""
    rng = np.random.default_rng(309)

    def forward_propagation(X, parameters):
        Z1 = parameters["W1"] @ X + parameters["b1"]
        A1 = np.tanh(Z1)
        Z2 = parameters["W2"] @ A1 + parameters["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    def loss(parameters, X, Y):
        A2, _ = forward_propagation(X, parameters)
        logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
        return float(-np.sum(logprobs) / Y.shape[1])

    def grad(parameters, X, Y):
        m = X.shape[1]
        _, cache = forward_propagation(X, parameters)
        A1, A2 = cache["A1"], cache["A2"]
        dZ2 = A2 - Y
        dW2 = 1 / m * np.dot(dZ2, A1.T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.multiply(np.dot(parameters["W2"].T, dZ2), 1 - np.power(cache["Z1"], 2))
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    params = {
        "W1": rng.normal(size=(4, 2)),
        "b1": np.zeros((4, 1)),
        "W2": rng.normal(size=(1, 4)),
        "b2": np.zeros((1, 1)),
    }
    X = rng.normal(size=(2, 12))
    Y = (np.sum(X**2, axis=0, keepdims=True) > 1.5).astype(float)
    return loss, grad, params, X, Y


@healthy
def mean_in_dz_alone():
    """Right though suspected: the factor 1/m stands in dZ2 and so is carried to all gradients, where the course puts
    it in each dW and db."""
    rng = np.random.default_rng(310)

    def fw(P, X):
        A1 = np.tanh(P["W1"] @ X + P["b1"])
        A2 = 1 / (1 + np.exp(-(P["W2"] @ A1 + P["b2"])))
        return A1, A2

    def loss(P, X, Y):
        _, A2 = fw(P, X)
        return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / X.shape[1])

    def grad(P, X, Y):
        m = X.shape[1]
        A1, A2 = fw(P, X)
        dZ2 = (1 / m) * (A2 - Y)
        dW2 = dZ2 @ A1.T
        db2 = np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = P["W2"].T @ dZ2 * (1 - A1**2)
        return {"W1": dZ1 @ X.T, "b1": np.sum(dZ1, axis=1, keepdims=True), "W2": dW2, "b2": db2}

    params = {
        "W1": rng.normal(size=(3, 2)),
        "b1": 0.1 * rng.normal(size=(3, 1)),
        "W2": rng.normal(size=(1, 3)),
        "b2": np.zeros((1, 1)),
    }
    X = rng.normal(size=(2, 10))
    Y = (X[:1] + X[1:] > 0).astype(float)
    return loss, grad, params, X, Y


@ill("averaged_twice")
def mean_in_dz_and_dw():
    """The poster's 1/m in dZ meets the week-4 helper linear_backward, which divides by m once more."""
    rng = np.random.default_rng(311)

    def linear_backward(dZ, A_prev, W):
        m = A_prev.shape[1]
        return (1 / m) * dZ @ A_prev.T, (1 / m) * np.sum(dZ, axis=1, keepdims=True), W.T @ dZ

    def fw(P, X):
        Z1 = P["W1"] @ X + P["b1"]
        A1 = np.maximum(0, Z1)
        A2 = 1 / (1 + np.exp(-(P["W2"] @ A1 + P["b2"])))
        return Z1, A1, A2

    def loss(P, X, Y):
        A2 = fw(P, X)[2]
        return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / X.shape[1])

    def grad(P, X, Y):
        m = X.shape[1]
        Z1, A1, A2 = fw(P, X)
        dZ2 = (1 / m) * (A2 - Y)
        dW2, db2, dA1 = linear_backward(dZ2, A1, P["W2"])
        dZ1 = np.array(dA1, copy=True)
        dZ1[Z1 <= 0] = 0
        dW1, db1, _ = linear_backward(dZ1, X, P["W1"])
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    params = {
        "W1": rng.normal(size=(5, 3)),
        "b1": 0.1 * rng.normal(size=(5, 1)),
        "W2": rng.normal(size=(1, 5)),
        "b2": np.zeros((1, 1)),
    }
    X = rng.normal(size=(3, 8))
    Y = (X[:1] - X[2:] > 0).astype(float)
    return loss, grad, params, X, Y


@ill("transposed", "wrong_cached_input")
def hidden_matrix_not_transposed():
    """The gradient of the output weights is H times delta rather than H transposed times delta (six examples, six
    hidden units, so the shapes fit)."""
    rng = np.random.default_rng(312)

    def sigma(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        H = sigma(X @ p["W_in"])
        y_hat = sigma(H @ p["W_out"])
        return float(0.5 * np.sum((y - y_hat) ** 2))

    def grad(p, X, y):
        H = sigma(X @ p["W_in"])
        y_hat = sigma(H @ p["W_out"])
        d_out = (y_hat - y) * y_hat * (1 - y_hat)
        dW_out = H @ d_out
        dH = d_out @ p["W_out"].T
        dW_in = X.T @ (H * (1 - H) * dH)
        return {"W_in": dW_in, "W_out": dW_out}

    params = {"W_in": rng.normal(size=(3, 6)), "W_out": rng.normal(size=(6, 1))}
    X = np.hstack([np.ones((6, 1)), rng.normal(size=(6, 2))])
    y = np.array([[1.0], [0.0], [1.0], [1.0], [0.0], [0.0]])
    return loss, grad, params, X, y


@healthy
def theta_as_row():
    """Right though suspected: theta is a row with the intercept inside, z = X theta^T per record; the dimensions
    puzzled the asker but agree."""
    rng = np.random.default_rng(401)

    def loss(p, X, y):
        z = np.dot(X, p["theta"].T)
        h = 1 / (1 + np.exp(-z))
        return float(-np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)))

    def grad(p, X, y):
        h = 1 / (1 + np.exp(-np.dot(X, p["theta"].T)))
        return {"theta": np.dot((h - y).T, X) / X.shape[0]}

    X = np.hstack([np.ones((11, 1)), rng.normal(size=(11, 3))])
    y = (X[:, 1:2] > 0.1).astype(float)
    return loss, grad, {"theta": 0.5 * rng.normal(size=(1, 4))}, X, y


@ill("broadcast", "labels_misaligned")
def hours_all_labels_per_row():
    """Inside the loop over the rows the scalar prediction for X[i] is set against the whole label vector y instead of
    y[i]."""
    rng = np.random.default_rng(402)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        total = 0.0
        for i in range(len(X)):
            h = sigmoid(p["theta0"][0] + p["theta1"][0] * X[i])
            total += -y[i] * np.log(h) - (1 - y[i]) * np.log(1 - h)
        return float(total / len(X))

    def grad(p, X, y):
        g0 = 0.0
        g1 = 0.0
        for i in range(len(X)):
            err = sigmoid(p["theta0"][0] + p["theta1"][0] * X[i]) - y
            g0 += np.mean(err)
            g1 += np.mean(err * X[i])
        return {"theta0": np.array([g0 / len(X)]), "theta1": np.array([g1 / len(X)])}

    X = np.array([0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.75, 5.5])
    y = np.array([0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1], float)
    return loss, grad, {"theta0": np.array([-0.6]), "theta1": np.array([0.4])}, X, y


@ill("sign")
def bce_without_minus():
    """The loss lacks its minus sign, so against the number that is printed the gradient points the wrong way
    round."""
    rng = np.random.default_rng(403)

    def loss(p, X, y):
        s = 1 / (1 + np.exp(-(X @ p["W"] + p["b"])))
        return float(np.mean(y * np.log(s) + (1 - y) * np.log(1 - s)))

    def grad(p, X, y):
        s = 1 / (1 + np.exp(-(X @ p["W"] + p["b"])))
        n = X.shape[0]
        return {"W": X.T @ (s - y) / n, "b": np.array([np.sum(s - y) / n])}

    X = rng.normal(size=(13, 3))
    y = (X[:, 0] + X[:, 1] > 0).astype(float)
    return loss, grad, {"W": 0.6 * rng.normal(size=3), "b": np.array([0.15])}, X, y


@ill("stateful")
def homework_weight_objects():
    """Each Weight object adds up its delta over a cycle but is never set back to zero, so from the second call on the
    older cycles are still in it."""
    rng = np.random.default_rng(404)

    class Weight:
        def __init__(self):
            self.delta = 0.0

    hid = [[Weight() for _ in range(3)] for _ in range(3)]
    out = [Weight() for _ in range(4)]

    def sigma(v):
        return 1 / (1 + np.exp(-v))

    def values(p, x):
        xb = np.append(x, 1.0)
        h = np.append(sigma(p["hidden"] @ xb), 1.0)
        return xb, h, sigma(p["output"] @ h)

    def loss(p, X, ideal):
        return float(0.5 * sum((t - values(p, x)[2]) ** 2 for x, t in zip(X, ideal)))

    def grad(p, X, ideal):
        for x, t in zip(X, ideal):
            xb, h, o = values(p, x)
            error = (t - o) * o * (1 - o)
            for j in range(4):
                out[j].delta += h[j] * error
            for k in range(3):
                e = error * p["output"][k] * h[k] * (1 - h[k])
                for i in range(3):
                    hid[k][i].delta += xb[i] * e
        return {
            "hidden": np.array([[-w.delta for w in row] for row in hid]),
            "output": np.array([-w.delta for w in out]),
        }

    params = {"hidden": rng.uniform(-0.5, 0.5, (3, 3)), "output": rng.uniform(-0.5, 0.5, 4)}
    X = np.array([[0, 0], [0, 2], [1, 1], [2, 3], [3, 3], [3, 4], [4, 4], [1, 4]], float) / 4
    ideal = np.array([0, 0, 0, 0, 1, 1, 1, 0], float)
    return loss, grad, params, X, ideal


@healthy
def one_one_one_saturation():
    """Right though suspected: 2(a - y) sigma'(z) a_prev vanishes for large z by saturation only."""
    rng = np.random.default_rng(405)

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, x, y):
        h = sig(x * p["w"][0])
        a = sig(h * p["w"][1])
        return float(np.sum((a - y) ** 2))

    def grad(p, x, y):
        z1 = x * p["w"][0]
        h = sig(z1)
        z2 = h * p["w"][1]
        a = sig(z2)
        common = 2 * (a - y) * (sig(z2) * (1 - sig(z2)))
        return {"w": np.array([np.sum(common * p["w"][1] * (sig(z1) * (1 - sig(z1))) * x), np.sum(common * h)])}

    x = rng.uniform(0.5, 3, 5)
    return loss, grad, {"w": np.array([1.1, 2.4])}, x, np.zeros(5)


@healthy
def study_sleep_scores():
    """Right though suspected: readers called s(1 - s) a bug, but it is given activations everywhere (z2 is an
    activation in spite of its name)."""
    rng = np.random.default_rng(406)

    def sigmoid(s):
        return 1 / (1 + np.exp(-s))

    def sigmoidPrime(s):
        return s * (1 - s)

    def loss(NN, X, y):
        o = sigmoid(np.dot(sigmoid(np.dot(X, NN["W1"])), NN["W2"]))
        return float(np.sum(np.square(y - o)) / 2)

    def grad(NN, X, y):
        z = np.dot(X, NN["W1"])
        z2 = sigmoid(z)
        o = sigmoid(np.dot(z2, NN["W2"]))
        o_error = y - o
        o_delta = o_error * sigmoidPrime(o)
        z2_error = o_delta.dot(NN["W2"].T)
        z2_delta = z2_error * sigmoidPrime(z2)
        return {"W1": -X.T.dot(z2_delta), "W2": -z2.T.dot(o_delta)}

    X = np.array([[2, 9], [1, 5], [3, 6]], float) / np.array([3.0, 9.0])
    y = np.array([[0.92], [0.86], [0.89]])
    return loss, grad, {"W1": rng.normal(size=(2, 3)), "W2": rng.normal(size=(3, 1))}, X, y


@ill("activation_slope_of_activation")
def study_sleep_corrected():
    """The comment's correction followed: sigmoid(s)(1 - sigmoid(s)) is now given the activations, so the sigmoid is
    applied twice."""
    rng = np.random.default_rng(407)

    def sigmoid(s):
        return 1 / (1 + np.exp(-s))

    def sigmoidPrime(s):
        return sigmoid(s) * (1 - sigmoid(s))

    def loss(NN, X, y):
        o = sigmoid(np.dot(sigmoid(np.dot(X, NN["W1"])), NN["W2"]))
        return float(np.mean(np.square(y - o)))

    def grad(NN, X, y):
        z2 = sigmoid(np.dot(X, NN["W1"]))
        o = sigmoid(np.dot(z2, NN["W2"]))
        o_error = 2 * (y - o) / y.size
        o_delta = o_error * sigmoidPrime(o)
        z2_delta = o_delta.dot(NN["W2"].T) * sigmoidPrime(z2)
        return {"W1": -X.T.dot(z2_delta), "W2": -z2.T.dot(o_delta)}

    X = np.array([[2, 9], [1, 5], [3, 6], [2, 4]], float) / np.array([3.0, 9.0])
    y = np.array([[0.92], [0.36], [0.89], [0.55]])
    return loss, grad, {"W1": rng.normal(size=(2, 3)), "W2": rng.normal(size=(3, 1))}, X, y


@ill("delta_not_carried")
def linear_net_one_error():
    """A two-layer linear net whose correction uses the output error with the input for the hidden weights, never
    weighted by the output weights."""
    rng = np.random.default_rng(408)

    def net(p, X):
        H = X.dot(p["hidden"])
        return H, H.dot(p["out"])

    def loss(p, X, y):
        return float(0.5 * np.sum((net(p, X)[1] - y) ** 2))

    def grad(p, X, y):
        H, O = net(p, X)
        err = O - y
        g_hidden = np.zeros_like(p["hidden"])
        for j in range(g_hidden.shape[1]):
            g_hidden[:, j] = X.T.dot(err)[:, 0]
        return {"hidden": g_hidden, "out": H.T.dot(err)}

    X = rng.normal(size=(8, 3))
    y = X[:, :1] - 0.5 * X[:, 2:]
    return loss, grad, {"hidden": rng.normal(size=(3, 4)), "out": rng.normal(size=(4, 1))}, X, y


@ill("loss_in_place_of_slope", "sign", "different_loss")
def bce_plus_between_terms():
    """Data Science SE thread 'proper way to do back propagation in deep fully connected neural network for binary
    classification' (address not known): the derivative of the cross-entropy has a plus between its two terms, so the
    examples of class 0 push the wrong way."""
    rng = np.random.default_rng(409)

    def fw(P, X):
        A1 = np.tanh(P["W1"] @ X + P["B1"])
        A2 = np.tanh(P["W2"] @ A1 + P["B2"])
        A3 = 1 / (1 + np.exp(-(P["W3"] @ A2 + P["B3"])))
        return A1, A2, A3

    def loss(P, X, Y):
        A3 = fw(P, X)[2]
        return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)))

    def grad(P, X, Y):
        n = X.shape[1]
        A1, A2, A3 = fw(P, X)
        DA3 = -(Y / A3 + (1 - Y) / (1 - A3))
        DZ3 = DA3 * A3 * (1 - A3)
        DZ2 = (P["W3"].T @ DZ3) * (1 - A2**2)
        DZ1 = (P["W2"].T @ DZ2) * (1 - A1**2)
        return {
            "W1": DZ1 @ X.T / n,
            "B1": np.sum(DZ1, axis=1, keepdims=True) / n,
            "W2": DZ2 @ A1.T / n,
            "B2": np.sum(DZ2, axis=1, keepdims=True) / n,
            "W3": DZ3 @ A2.T / n,
            "B3": np.sum(DZ3, axis=1, keepdims=True) / n,
        }

    params = {
        "W1": rng.normal(size=(4, 3)),
        "B1": 0.1 * rng.normal(size=(4, 1)),
        "W2": 0.7 * rng.normal(size=(3, 4)),
        "B2": 0.1 * rng.normal(size=(3, 1)),
        "W3": rng.normal(size=(1, 3)),
        "B3": np.zeros((1, 1)),
    }
    X = rng.normal(size=(3, 10))
    Y = (X[:1] * X[1:2] + X[2:] > 0).astype(float)
    return loss, grad, params, X, Y


@ill("sign")
def sine_adds_the_gradient():
    """The error is predicted minus target, yet the updates are added to the weights as in the target-minus-predicted
    version."""
    rng = np.random.default_rng(410)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def derivative_sigmoid(v):
        return v * (1 - v)

    def fw(p, x):
        act = sigmoid(np.dot(x, p["weights_in"]) + p["bias_in"])
        return act, sigmoid(np.dot(act, p["weights_out"]) + p["bias_out"])

    def loss(p, x, t):
        return float(np.sum(0.5 * (t - fw(p, x)[1]) ** 2))

    def grad(p, x, t):
        act, predicted = fw(p, x)
        error = predicted - t
        d_out = error * derivative_sigmoid(predicted)
        d_hid = d_out.dot(p["weights_out"].T) * derivative_sigmoid(act)
        update = {
            "weights_out": act.T.dot(d_out),
            "weights_in": x.T.dot(d_hid),
            "bias_out": np.sum(d_out, axis=0, keepdims=True),
            "bias_in": np.sum(d_hid, axis=0, keepdims=True),
        }
        return {k: -v for k, v in update.items()}

    params = {
        "weights_in": rng.uniform(size=(1, 3)),
        "bias_in": rng.uniform(size=(1, 3)),
        "weights_out": rng.uniform(size=(3, 1)),
        "bias_out": rng.uniform(size=(1, 1)),
    }
    x = rng.uniform(size=(12, 1))
    return loss, grad, params, x, np.sin(x)


CASES = WARD.cases
