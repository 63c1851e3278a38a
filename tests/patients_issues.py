"""A fifth ward: the programs of 61 more threads and issues, many of them from other languages.

Each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


@ill("wrong_cached_input", "wrong_shape")
def sine_column_net():
    """DW2 multiplies the output delta by the output A2 instead of the hidden activation A1, so it is 1x1 and would be
    broadcast over W2."""
    rng = np.random.default_rng(101)
    X = rng.uniform(0.1, 3.0, (1, 20))
    Y = np.sin(X)
    parameters = {
        "W1": rng.normal(0, 0.8, (4, 1)),
        "b1": rng.normal(0, 0.3, (4, 1)),
        "W2": rng.normal(0, 0.8, (1, 4)),
        "b2": rng.normal(0, 0.3, (1, 1)),
    }

    def forward(X, p):
        A1 = np.tanh(np.dot(p["W1"], X) + p["b1"])
        A2 = 1 / (1 + np.exp(-(np.dot(p["W2"], A1) + p["b2"])))
        return A1, A2

    def loss(p, X, Y):
        A1, A2 = forward(X, p)
        m = X.shape[1]
        return float(-(1 / m) * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))

    def grad(p, X, Y):
        A1, A2 = forward(X, p)
        inv_m = 1 / X.shape[1]
        dZ2 = A2 - Y
        dW2 = inv_m * np.dot(dZ2, A2.T)
        db2 = inv_m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = p["W2"].T * dZ2 * (1 - np.power(A1, 2))
        dW1 = inv_m * np.dot(dZ1, X.T)
        db1 = inv_m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return loss, grad, parameters, X, Y


@ill("delta_not_carried", "activation_slope_missing")
def parity_chain_delta():
    """The hidden unit receives the bare output error times w2; the output slope belongs in what is carried back."""
    rng = np.random.default_rng(102)
    X = np.arange(1, 10) / 10.0
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0])
    params = {k: np.array(rng.uniform(-1, 1) * 1.5) for k in ("w1", "w2", "b1", "b2")}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def der_sigmoid(x):
        return x * (1 - x)

    def feedforward(x, p):
        h = sigmoid(x * p["w1"] + p["b1"])
        return h, sigmoid(h * p["w2"] + p["b2"])

    def loss(p, X, y):
        total = 0.0
        for q, a in zip(X, y):
            h, yHat = feedforward(q, p)
            total += (yHat - a) ** 2
        return float(total)

    def grad(p, X, y):
        d = {"w1": 0.0, "w2": 0.0, "b1": 0.0, "b2": 0.0}
        for q, a in zip(X, y):
            h, yHat = feedforward(q, p)
            gradient_y = 2 * (yHat - a)
            gradient_h = gradient_y * p["w2"]
            d["w2"] += gradient_y * der_sigmoid(yHat) * h
            d["b2"] += gradient_y * der_sigmoid(yHat)
            d["w1"] += gradient_h * der_sigmoid(h) * q
            d["b1"] += gradient_h * der_sigmoid(h)
        return {k: np.array(v) for k, v in d.items()}

    return loss, grad, params, X, y


@ill("wrong_cached_input")
def parity_chain_weight():
    """Both weight gradients multiply the delta by the weight itself where the layer's input belongs."""
    rng = np.random.default_rng(103)
    X = np.arange(1, 10) / 10.0
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0])
    params = {k: np.array(rng.uniform(-1, 1) * 1.5) for k in ("w1", "w2", "b1", "b2")}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def der_sigmoid(x):
        return x * (1 - x)

    def feedforward(x, p):
        h = sigmoid(x * p["w1"] + p["b1"])
        return h, sigmoid(h * p["w2"] + p["b2"])

    def loss(p, X, y):
        return float(sum((feedforward(q, p)[1] - a) ** 2 for q, a in zip(X, y)))

    def grad(p, X, y):
        w1, w2 = p["w1"], p["w2"]
        d = {"w1": 0.0, "w2": 0.0, "b1": 0.0, "b2": 0.0}
        for q, a in zip(X, y):
            h, yHat = feedforward(q, p)
            gradient_y = 2 * (yHat - a) * der_sigmoid(yHat)
            gradient_h = gradient_y * w2 * der_sigmoid(h)
            d["w2"] += gradient_y * w2
            d["b2"] += gradient_y
            d["w1"] += gradient_h * w1
            d["b1"] += gradient_h
        return {k: np.array(v) for k, v in d.items()}

    return loss, grad, params, X, y


@ill("softmax_jacobian")
def digit_layers_times_output():
    """Squared error with softmax: the error is only multiplied by the softmax output, not passed through its
    Jacobian."""
    rng = np.random.default_rng(104)
    n_in, h1, h2, n_out = 5, 4, 4, 3
    X = rng.uniform(0, 1, (10, n_in))
    lab = rng.integers(0, n_out, 10)
    Y = np.eye(n_out)[lab]
    params = {
        "inputLayer": rng.normal(0, 0.9, (h1, n_in)),
        "hiddenLayer1": rng.normal(0, 0.9, (h2, h1)),
        "hiddenLayer2": rng.normal(0, 0.9, (n_out, h2)),
    }

    def sig(z):
        return 1.0 / (1.0 + np.exp(-z))

    def soft(z):
        e = np.exp(z - z.max())
        return e / e.sum()

    def run(p, x):
        a1 = sig(p["inputLayer"] @ x)
        a2 = sig(p["hiddenLayer1"] @ a1)
        return a1, a2, soft(p["hiddenLayer2"] @ a2)

    def loss(p, X, Y):
        error = 0.0
        for row, t in zip(X, Y):
            out = run(p, row.reshape(-1, 1))[2]
            for i in range(n_out):
                error += 0.5 * (out[i][0] - t[i]) ** 2
        return float(error)

    def grad(p, X, Y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for row, t in zip(X, Y):
            x = row.reshape(-1, 1)
            expected = t.reshape(-1, 1)
            a1, a2, out = run(p, x)
            delta = out - expected
            change = np.multiply(delta, out)
            g["hiddenLayer2"] += np.matmul(change, a2.T)
            change = np.matmul(p["hiddenLayer2"].T, change) * a2 * (1 - a2)
            g["hiddenLayer1"] += np.matmul(change, a1.T)
            change = np.matmul(p["hiddenLayer1"].T, change) * a1 * (1 - a1)
            g["inputLayer"] += np.matmul(change, x.T)
        return g

    return loss, grad, params, X, Y


@ill("stateful")
def xor_java_momentum():
    """The step matrices are fields that are added to and never cleared, so each call returns the old step plus the
    new one; the first call alone is right."""
    rng = np.random.default_rng(105)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([0, 1, 1, 0], dtype=float)
    NI, NH, NO, LR, bias = 2, 3, 1, 0.4, 1.0
    params = {"W1": rng.uniform(-1, 1, (NI, NH)), "W2": rng.uniform(-1, 1, (NH, NO))}
    dW1 = np.zeros((NI, NH))
    dW2 = np.zeros((NH, NO))

    def forward(p, row):
        Hidden = np.zeros(NH)
        for i in range(NH):
            for j in range(NI):
                Hidden[i] += row[j] * p["W1"][j][i]
            Hidden[i] = 1 / (1 + np.exp(-(Hidden[i] + bias)))
        Output = np.zeros(NO)
        for i in range(NO):
            for j in range(NH):
                Output[i] += Hidden[j] * p["W2"][j][i]
            Output[i] = 1 / (1 + np.exp(-(Output[i] + bias)))
        return Hidden, Output

    def loss(p, X, y):
        return float(sum(0.5 * (t - forward(p, row)[1][0]) ** 2 for row, t in zip(X, y)))

    def grad(p, X, y):
        step1 = np.zeros((NI, NH))
        step2 = np.zeros((NH, NO))
        for row, t in zip(X, y):
            Hidden, Output = forward(p, row)
            Z2 = Output * (1.0 - Output) * (t - Output)
            Z1 = np.zeros(NH)
            for i in range(NH):
                err = 0.0
                for j in range(NO):
                    err += p["W2"][i][j] * Z2[j]
                Z1[i] = Hidden[i] * (1.0 - Hidden[i]) * err
            for i in range(NH):
                for j in range(NI):
                    step1[j][i] += Z1[i] * row[j]
            for i in range(NO):
                for j in range(NH):
                    step2[j][i] += Z2[i] * Hidden[j]
        dW1[:] += step1 + LR * dW1
        dW2[:] += step2 + LR * dW2
        return {"W1": -dW1.copy(), "W2": -dW2.copy()}

    return loss, grad, params, X, y


@ill("sign")
def titanic_rows_loglik():
    """The plotted cost lacks its minus sign (it is the mean log likelihood), so the descent gradient is its
    negative."""
    rng = np.random.default_rng(106)
    d, m = 4, 18
    X = np.vstack([np.ones(m), rng.normal(0, 1, (d - 1, m))])
    y = (X[1] - 0.5 * X[2] + rng.normal(0, 0.7, m) > 0).astype(float).reshape(m, 1)
    params = {"theta": rng.normal(0, 0.7, (d, 1))}

    def predict(theta, X):
        thetaX = np.dot(theta.transpose(), X)
        return np.divide(1, np.add(1, np.exp(-thetaX)))

    def loss(p, X, y):
        hx = predict(p["theta"], X)
        parts = np.add(
            np.multiply(y.transpose(), np.log(hx)),
            np.multiply(np.subtract(1, y.transpose()), np.log(np.subtract(1, hx))),
        )
        costerror = np.divide(parts, y.shape[0])
        return float(costerror.sum())

    def grad(p, X, y):
        hx = predict(p["theta"], X)
        diff = np.subtract(hx, y.transpose())
        derivative = np.dot(diff, X.transpose())
        return {"theta": derivative.transpose() / X.shape[1]}

    return loss, grad, params, X, y


@ill("labels_misaligned", "scalar_cost", "wrong_cached_input")
def iris_loops_index():
    """The multiplication by X[i, j] stands outside the example loop, so the summed error is multiplied by the last
    example's features only."""
    rng = np.random.default_rng(107)
    m = 16
    X = np.column_stack([np.ones(m), rng.normal(5.8, 0.8, m) / 4, rng.normal(3.0, 0.4, m) / 4])
    y = (X[:, 1] - X[:, 2] + rng.normal(0, 0.2, m) > 0.72).astype(int)
    params = {"b": rng.normal(0, 0.8, 3)}

    def odds(x, b):
        return np.exp(b.dot(x)) / (1 + np.exp(b.dot(x)))

    def loss(p, X, y):
        total = 0.0
        for i in range(len(X)):
            q = odds(X[i], p["b"])
            total -= y[i] * np.log(q) + (1 - y[i]) * np.log(1 - q)
        return float(total / len(X))

    def grad(p, X, y):
        rows, cols = X.shape
        g = np.zeros(cols)
        for j in range(cols):
            for i in range(rows):
                g[j] += odds(X[i], p["b"]) - y[i]
            g[j] *= X[i, j]
        return {"b": g / float(rows)}

    return loss, grad, params, X, y


@ill("forward_ignores_params")
def iris_constant_odds():
    """Exp(z)/exp(1+z) is always 1/e, so the prediction and the loss do not depend on the parameters at all."""
    rng = np.random.default_rng(108)
    m = 16
    X = np.column_stack([np.ones(m), rng.normal(5.8, 0.8, m) / 4, rng.normal(3.0, 0.4, m) / 4])
    y = (X[:, 1] - X[:, 2] + rng.normal(0, 0.2, m) > 0.72).astype(int)
    params = {"b": rng.normal(0, 0.8, 3)}

    def odds(X, b):
        z = X.dot(b)
        return np.exp(z) / np.exp(1 + z)

    def loss(p, X, y):
        q = odds(X, p["b"])
        return float(-np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)))

    def grad(p, X, y):
        return {"b": X.T.dot(odds(X, p["b"]) - y) / len(X)}

    return loss, grad, params, X, y


@ill("activation_formula_on_preactivation", "softmax_jacobian")
def softmax_chain_z():
    """The softmax Jacobian diag(s)-ss^T is built from the pre-activation z instead of the softmax output."""
    rng = np.random.default_rng(109)
    X = rng.normal(0, 1, (9, 4))
    T = np.eye(3)[rng.integers(0, 3, 9)]
    params = {"W": rng.normal(0, 0.7, (4, 3)), "B": rng.normal(0, 0.4, 3)}

    def softmax(z):
        e = np.exp(z - np.max(z))
        return e / np.sum(e)

    def loss(p, X, T):
        return float(sum(-np.sum(t * np.log(softmax(x @ p["W"] + p["B"]))) for x, t in zip(X, T)))

    def grad(p, X, T):
        dW = np.zeros_like(p["W"])
        dB = np.zeros_like(p["B"])
        for x, t in zip(X, T):
            z = x @ p["W"] + p["B"]
            a = softmax(z)
            dE_dA = -t / a
            J = np.diag(z) - np.outer(z, z)
            delta = J @ dE_dA
            dW += np.outer(x, delta)
            dB += delta
        return {"W": dW, "B": dB}

    return loss, grad, params, X, T


@ill("activation_slope_of_error")
def chain_java_error_slope():
    """The sigmoid derivative is evaluated at the error in both layers, not at the weighted sum."""
    rng = np.random.default_rng(110)
    X = np.arange(1, 10, dtype=float).reshape(9, 1) / 5
    y = (X * 5 * 1.2 + 1) / 12
    params = {"w1": rng.normal(0, 1.2, (1, 1)), "w2": rng.normal(0, 1.2, (1, 1))}

    def sig(x):
        return 1 / (1 + np.exp(-x))

    def sigmoidDerivative(x):
        return sig(x) * (1 - sig(x))

    def loss(p, X, y):
        out = sig(sig(X @ p["w1"]) @ p["w2"])
        return float(0.5 * np.sum((out - y) ** 2))

    def grad(p, X, y):
        s1 = X @ p["w1"]
        h = sig(s1)
        s2 = h @ p["w2"]
        out = sig(s2)
        error = out - y
        step = error * sigmoidDerivative(error)
        g2 = h.T @ step
        error = step @ p["w2"].T
        step = error * sigmoidDerivative(error)
        g1 = X.T @ step
        return {"w1": g1, "w2": g2}

    return loss, grad, params, X, y


@ill("unknown", "softmax_jacobian")
def ufldl_softmax_reference():
    """Softmax with a fixed last class: the column of the reference class is added to all the others, though its
    scores are constant zero."""
    rng = np.random.default_rng(111)
    n, m, K = 4, 20, 4
    X = rng.normal(0, 1, (n, m))
    y = rng.integers(0, K, m)
    params = {"theta": rng.normal(0, 0.6, (n, K - 1))}

    def loss(p, X, y):
        f = 0.0
        for i in range(X.shape[1]):
            expo = np.exp(p["theta"].T @ X[:, i])
            P = np.append(expo, 1.0) / (expo.sum() + 1)
            f -= np.log(P[y[i]])
        return float(f)

    def grad(p, X, y):
        g = np.zeros_like(p["theta"])
        sequence = np.arange(K)
        for i in range(X.shape[1]):
            expo = np.exp(p["theta"].T @ X[:, i])
            P = np.append(expo, 1.0) / (expo.sum() + 1)
            diff = (y[i] == sequence) - P
            tmp = X[:, i : i + 1] * diff
            tmp = tmp + tmp[:, K - 1 : K]
            g = g - tmp[:, : K - 1]
        return {"theta": g}

    return loss, grad, params, X, y


@ill("delta_not_carried", "unknown")
def tied_autoencoder_half():
    """W is used by the encoder and the decoder, but only the decoder's contribution to its gradient is returned."""
    rng = np.random.default_rng(112)
    X = rng.uniform(0, 1, (12, 5))
    params = {"W": rng.normal(0, 0.7, (5, 3)), "b": rng.normal(0, 0.3, 3), "c": rng.normal(0, 0.3, 5)}

    def s(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        h = s(X @ p["W"] + p["b"])
        out = s(h @ p["W"].T + p["c"])
        return float(np.sum((out - y) ** 2) / (2 * len(X)))

    def grad(p, X, y):
        N = len(X)
        h = s(X @ p["W"] + p["b"])
        out = s(h @ p["W"].T + p["c"])
        d_out = (out - y) * out * (1 - out) / N
        d_h = d_out @ p["W"] * h * (1 - h)
        dW = d_out.T @ h
        return {"W": dW, "b": d_h.sum(axis=0), "c": d_out.sum(axis=0)}

    return loss, grad, params, X, X.copy()


@ill("bias_reduction", "wrong_shape")
def planar_bias_matrix():
    """Db is the whole delta matrix, one column per example, instead of its sum over the examples."""
    rng = np.random.default_rng(201)
    m = 14
    X = rng.normal(0, 1, (2, m))
    Y = (X[0:1] * X[1:2] > 0).astype(float)
    parameters = {
        "W1": rng.normal(0, 0.8, (4, 2)),
        "b1": rng.normal(0, 0.3, (4, 1)),
        "W2": rng.normal(0, 0.8, (1, 4)),
        "b2": rng.normal(0, 0.3, (1, 1)),
    }

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, Y):
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = sigmoid(p["W2"] @ A1 + p["b2"])
        return float(-np.sum(np.multiply(np.log(A2), Y) + np.multiply(1 - Y, np.log(1 - A2))) / X.shape[1])

    def grad(p, X, Y):
        m = X.shape[1]
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = sigmoid(p["W2"] @ A1 + p["b2"])
        dZ2 = A2 - Y
        dW2 = (1 / m) * np.dot(dZ2, A1.T)
        db2 = (1 / m) * dZ2
        dZ1 = np.dot(p["W2"].T, dZ2) * (1 - A1**2)
        dW1 = (1 / m) * np.dot(dZ1, X.T)
        db1 = (1 / m) * dZ1
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return loss, grad, parameters, X, Y


@ill("activation_slope_of_activation")
def usenet_tanh_sech():
    """Sech^2 expects the net input but is given the unit's output, in both layers."""
    rng = np.random.default_rng(202)
    X = rng.uniform(-1, 1, (11, 3))
    y = rng.uniform(-0.8, 0.8, (11, 2))
    params = {"wih": rng.normal(0, 0.9, (4, 3)), "who": rng.normal(0, 0.9, (2, 5))}

    def act(n):
        return np.tanh(n)

    def slope(n):
        return 1.0 / np.cosh(n) ** 2

    def one(p, x):
        net1 = [sum(p["wih"][j, i] * x[i] for i in range(3)) for j in range(4)]
        hid = [act(n) for n in net1] + [1.0]
        net2 = [sum(p["who"][k, j] * hid[j] for j in range(5)) for k in range(2)]
        return net1, hid, net2, [act(n) for n in net2]

    def loss(p, X, y):
        e = 0.0
        for x, t in zip(X, y):
            out = one(p, x)[3]
            e += 0.5 * sum((t[k] - out[k]) ** 2 for k in range(2))
        return float(e)

    def grad(p, X, y):
        g1 = np.zeros_like(p["wih"])
        g2 = np.zeros_like(p["who"])
        for x, t in zip(X, y):
            net1, hid, net2, out = one(p, x)
            dk = [(t[k] - out[k]) * slope(out[k]) for k in range(2)]
            dj = [sum(dk[k] * p["who"][k, j] for k in range(2)) * slope(hid[j]) for j in range(4)]
            for k in range(2):
                for j in range(5):
                    g2[k, j] -= dk[k] * hid[j]
            for j in range(4):
                for i in range(3):
                    g1[j, i] -= dj[j] * x[i]
        return {"wih": g1, "who": g2}

    return loss, grad, params, X, y


@ill("wrong_cached_input")
def js_neuron_inputs():
    """The weight step uses the previous neuron's net input where its output (after the sigmoid) belongs."""
    rng = np.random.default_rng(203)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([[0], [1], [1], [0]], dtype=float)
    sizes = [2, 3, 1]
    params = {}
    for l in range(2):
        params["layer%d_weights" % l] = rng.uniform(-1, 1, (sizes[l + 1], sizes[l]))
        params["layer%d_bias" % l] = rng.uniform(-1, 1, sizes[l + 1])

    def feed(p, row):
        layers = []
        signal = row
        for l in range(2):
            net = p["layer%d_weights" % l] @ signal + p["layer%d_bias" % l]
            signal = 1 / (1 + np.exp(-net))
            layers.append({"input": net, "output": signal})
        return layers

    def loss(p, X, y):
        return float(np.mean([0.5 * np.sum((t - feed(p, row)[-1]["output"]) ** 2) for row, t in zip(X, y)]))

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for row, t in zip(X, y):
            layers = feed(p, row)
            for i in (1, 0):
                o = layers[i]["output"]
                if i == 1:
                    error = t - o
                else:
                    error = np.array(
                        [
                            sum(p["layer1_weights"][k, j] * layers[1]["gradient"][k] for k in range(sizes[2]))
                            for j in range(sizes[1])
                        ]
                    )
                layers[i]["gradient"] = o * (1 - o) * error
            for i in range(2):
                before = layers[i - 1]["input"] if i > 0 else row
                g["layer%d_bias" % i] -= layers[i]["gradient"] / len(X)
                g["layer%d_weights" % i] -= np.outer(layers[i]["gradient"], before) / len(X)
        return g

    return loss, grad, params, X, y


@ill("wrong_matrix_carried_back")
def matlab_autoencoder_carry():
    """The reconstruction delta is carried back through the encoder matrix, whose shape happens to fit, instead of the
    transposed decoder."""
    rng = np.random.default_rng(204)
    V, H = 6, 4
    X = rng.uniform(0, 1, (8, V))
    r = 4 * np.sqrt(6.0 / (V + H)) / 2
    params = {"encoder": rng.uniform(-r, r, (V, H)), "decoder": rng.uniform(-r, r, (H, V))}

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        total = 0.0
        for x in X:
            a = sigmoid(x[None, :] @ p["encoder"])
            z = sigmoid(a @ p["decoder"])
            total += np.sum(0.5 * (z - x) ** 2)
        return float(total)

    def grad(p, X, y):
        gE = np.zeros_like(p["encoder"])
        gD = np.zeros_like(p["decoder"])
        for row in X:
            x = row[None, :]
            a = sigmoid(x @ p["encoder"])
            z = sigmoid(a @ p["decoder"])
            error_0 = (z - x) * z * (1 - z)
            gD += a.T @ error_0
            error_1 = (error_0 @ p["encoder"]) * a * (1 - a)
            gE += x.T @ error_1
        return {"encoder": gE, "decoder": gD}

    return loss, grad, params, X, X.copy()


@ill("transposed")
def matlab_autoencoder_transposed():
    """Both gradients are formed as delta^T times input, the transpose of the layout in which the weights are
    stored."""
    rng = np.random.default_rng(205)
    V, H = 6, 4
    X = rng.uniform(0, 1, (8, V))
    r = 4 * np.sqrt(6.0 / (V + H)) / 2
    params = {"encoder": rng.uniform(-r, r, (V, H)), "decoder": rng.uniform(-r, r, (H, V))}

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        z = sigmoid(sigmoid(X @ p["encoder"]) @ p["decoder"])
        return float(np.sum(0.5 * (z - X) ** 2))

    def grad(p, X, y):
        a = sigmoid(X @ p["encoder"])
        z = sigmoid(a @ p["decoder"])
        error_0 = (z - X) * z * (1 - z)
        gDecoder = error_0.T @ a
        error_1 = (error_0 @ p["decoder"].T) * a * (1 - a)
        gEncoder = error_1.T @ X
        return {"encoder": gEncoder, "decoder": gDecoder}

    return loss, grad, params, X, X.copy()


@ill("broadcast", "labels_misaligned")
def coursera_stale_row():
    """The second loop counts t but reads X[i], left over from the first loop, so every label is compared with the
    last example."""
    rng = np.random.default_rng(206)
    m, d, H, K = 10, 3, 4, 3
    X = rng.normal(0, 1, (m, d))
    Y = np.eye(K)[rng.integers(0, K, m)].T
    params = {"Theta1": rng.normal(0, 0.7, (H, d + 1)), "Theta2": rng.normal(0, 0.7, (K, H + 1))}

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, Y):
        J = 0.0
        for i in range(len(X)):
            a2 = np.append(1, sigmoid(p["Theta1"] @ np.append(1, X[i])))
            h = sigmoid(p["Theta2"] @ a2)
            J += np.sum(-Y[:, i] * np.log(h) - (1 - Y[:, i]) * np.log(1 - h))
        return float(J / len(X))

    def grad(p, X, Y):
        m = len(X)
        H_all = np.zeros_like(Y)
        for i in range(m):
            a2 = np.append(1, sigmoid(p["Theta1"] @ np.append(1, X[i, :])))
            H_all[:, i] = sigmoid(p["Theta2"] @ a2)
        G1 = np.zeros_like(p["Theta1"])
        G2 = np.zeros_like(p["Theta2"])
        for t in range(m):
            a1 = np.append(1, X[i, :])
            a2 = np.append(1, sigmoid(p["Theta1"] @ a1))
            a3 = sigmoid(p["Theta2"] @ a2)
            delta_3 = a3 - Y[:, t]
            delta_2 = (p["Theta2"].T @ delta_3) * a2 * (1 - a2)
            delta_2 = delta_2[1:]
            G1 += np.outer(delta_2, a1)
            G2 += np.outer(delta_3, a2)
        return {"Theta1": G1 / m, "Theta2": G2 / m}

    return loss, grad, params, X, Y


@ill("different_loss", "forward_ignores_params")
def ascent_frozen_hypothesis():
    """The predictions are computed once from the starting zeros, before the loop, and never again, so the gradient
    ignores the current theta."""
    rng = np.random.default_rng(207)
    m, n = 15, 4
    X = rng.normal(0, 1, (m, n))
    y = (X @ np.array([1.0, -1.0, 0.5, 0.0]) > 0.1).astype(float)
    params = {"theta": rng.normal(0, 0.8, n)}
    start = np.zeros(n)

    def hypothesis(theta):
        lin = np.dot(X, theta)
        return 1.0 / (1 + np.exp(-1 * lin))

    hyp = hypothesis(start)

    def loglik(X, y, theta):
        h = 1.0 / (1 + np.exp(-np.dot(X, theta)))
        return np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))

    def loss(p, X, y):
        return float(-loglik(X, y, p["theta"]))

    def grad(p, X, y):
        step = np.zeros(X.shape[1])
        for j in range(X.shape[0]):
            step = step + (y[j] - hyp[j]) * X[j, :]
        return {"theta": -step}

    return loss, grad, params, X, y


@ill("stateful")
def mnist_template_alias():
    """The accumulators are the template of zeros itself, not a copy, so they go on growing from call to call; the
    first call alone is right."""
    rng = np.random.default_rng(208)
    X = rng.uniform(0, 1, (7, 5))
    labels = rng.integers(0, 3, 7)
    sizes = [5, 4, 3]
    params = {}
    for i in range(2):
        params["weights%d" % i] = rng.normal(0, 0.6, (sizes[i + 1], sizes[i]))
        params["biases%d" % i] = rng.normal(0, 0.3, (sizes[i + 1], 1))
    templates = {k: np.zeros_like(v) for k, v in params.items()}

    def transformer(label):
        t = -np.ones((3, 1))
        t[label][0] = 1
        return t

    def feedforward(p, data):
        acts = [data]
        for i in range(2):
            acts.append(np.tanh(p["weights%d" % i] @ acts[-1] + p["biases%d" % i]))
        return acts

    def loss(p, X, labels):
        total = 0.0
        for row, lab in zip(X, labels):
            out = feedforward(p, row.reshape(-1, 1))[-1]
            total += np.mean((out - transformer(lab)) ** 2)
        return float(total / len(X))

    def grad(p, X, labels):
        updates = templates
        for row, lab in zip(X, labels):
            acts = feedforward(p, row.reshape(-1, 1))
            delta = 2 / 3 * (acts[2] - transformer(lab)) * (1 - acts[2] ** 2) / len(X)
            for i in (1, 0):
                updates["weights%d" % i] += delta @ acts[i].T
                updates["biases%d" % i] += delta
                delta = (p["weights%d" % i].T @ delta) * (1 - acts[i] ** 2)
        return {k: v.copy() for k, v in updates.items()}

    return loss, grad, params, X, labels


@ill("missing_param")
def mnist_bias_left():
    """The update overwrites db1 and db2 instead of b1 and b2, so the biases never move: their effective gradient is
    zero."""
    rng = np.random.default_rng(209)
    m = 12
    X = rng.uniform(0, 1, (6, m))
    Y = rng.integers(0, 4, m)
    params = {
        "W1": rng.normal(0, 0.7, (5, 6)),
        "b1": rng.normal(0, 0.3, (5, 1)),
        "W2": rng.normal(0, 0.7, (4, 5)),
        "b2": rng.normal(0, 0.3, (4, 1)),
    }

    def forward_prop(p, X):
        Z1 = p["W1"].dot(X) + p["b1"]
        A1 = np.maximum(Z1, 0)
        Z2 = p["W2"].dot(A1) + p["b2"]
        E = np.exp(Z2 - Z2.max(axis=0))
        return Z1, A1, Z2, E / E.sum(axis=0)

    def loss(p, X, Y):
        A2 = forward_prop(p, X)[3]
        return float(-np.mean(np.log(A2[Y, np.arange(Y.size)])))

    def update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha):
        W1 = W1 - alpha * dW1
        db1 = b1 - alpha * db1
        W2 = W2 - alpha * dW2
        db2 = b2 - alpha * db2
        return W1, b1, W2, b2

    def grad(p, X, Y):
        alpha = 0.1
        m = Y.size
        Z1, A1, Z2, A2 = forward_prop(p, X)
        one_hot = np.zeros((4, m))
        one_hot[Y, np.arange(m)] = 1
        dZ2 = A2 - one_hot
        dW2 = 1 / m * dZ2.dot(A1.T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = p["W2"].T.dot(dZ2) * (Z1 > 0)
        dW1 = 1 / m * dZ1.dot(X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        new = update_params(p["W1"], p["b1"], p["W2"], p["b2"], dW1, db1, dW2, db2, alpha)
        return {k: (p[k] - v) / alpha for k, v in zip(("W1", "b1", "W2", "b2"), new)}

    return loss, grad, params, X, Y


@ill("dot_vs_elementwise")
def deep_numpy_dot():
    """Np.dot of two vectors gives one number, which is added to every weight of the layer; the outer product was
    meant."""
    rng = np.random.default_rng(210)
    X = rng.uniform(0, 1, (8, 4))
    Y = np.eye(4)[rng.integers(0, 4, 8)]
    params = {"W1": rng.normal(0, 0.6, (4, 4)), "W2": rng.normal(0, 0.6, (4, 4)), "W3": rng.normal(0, 0.6, (4, 4))}

    def sigmoid(x, derivative=False):
        if derivative:
            return np.exp(-x) / ((np.exp(-x) + 1) ** 2)
        return 1 / (1 + np.exp(-x))

    def softmax(x):
        exps = np.exp(x - x.max())
        return exps / np.sum(exps, axis=0)

    def forward_pass(p, x):
        c = {"A0": x}
        c["Z1"] = np.dot(p["W1"], c["A0"])
        c["A1"] = sigmoid(c["Z1"])
        c["Z2"] = np.dot(p["W2"], c["A1"])
        c["A2"] = sigmoid(c["Z2"])
        c["Z3"] = np.dot(p["W3"], c["A2"])
        c["A3"] = softmax(c["Z3"])
        return c

    def loss(p, X, Y):
        return float(sum(-np.sum(t * np.log(forward_pass(p, x)["A3"])) for x, t in zip(X, Y)))

    def grad(p, X, Y):
        change_w = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, Y):
            c = forward_pass(p, x)
            error = c["A3"] - t
            change_w["W3"] += np.dot(error, c["A2"])
            error = np.multiply(np.dot(p["W3"].T, error), sigmoid(c["Z2"], derivative=True))
            change_w["W2"] += np.dot(error, c["A1"])
            error = np.multiply(np.dot(p["W2"].T, error), sigmoid(c["Z1"], derivative=True))
            change_w["W1"] += np.dot(error, c["A0"])
        return change_w

    return loss, grad, params, X, Y


@ill("softmax_jacobian")
def deep_numpy_softmax_diag():
    """Mean squared error on softmax with only the diagonal s(1-s) of the softmax Jacobian."""
    rng = np.random.default_rng(211)
    X = rng.uniform(0, 1, (8, 5))
    Y = np.eye(3)[rng.integers(0, 3, 8)]
    params = {"W1": rng.normal(0, 0.8, (6, 5)), "W2": rng.normal(0, 0.8, (4, 6)), "W3": rng.normal(0, 0.8, (3, 4))}

    def sigmoid(x, derivative=False):
        if derivative:
            return np.exp(-x) / ((np.exp(-x) + 1) ** 2)
        return 1 / (1 + np.exp(-x))

    def softmax(x, derivative=False):
        exps = np.exp(x - x.max())
        if derivative:
            return exps / np.sum(exps, axis=0) * (1 - exps / np.sum(exps, axis=0))
        return exps / np.sum(exps, axis=0)

    def forward_pass(p, x):
        Z1 = np.dot(p["W1"], x)
        A1 = sigmoid(Z1)
        Z2 = np.dot(p["W2"], A1)
        A2 = sigmoid(Z2)
        Z3 = np.dot(p["W3"], A2)
        return Z1, A1, Z2, A2, Z3, softmax(Z3)

    def loss(p, X, Y):
        return float(np.mean([np.mean((forward_pass(p, x)[5] - t) ** 2) for x, t in zip(X, Y)]))

    def grad(p, X, Y):
        w3, w2, w1 = 0, 0, 0
        for x, t in zip(X, Y):
            Z1, A1, Z2, A2, Z3, output = forward_pass(p, x)
            error = 2 * (output - t) / output.shape[0] * softmax(Z3, derivative=True)
            w3 = w3 + np.outer(error, A2)
            error = np.dot(p["W3"].T, error) * sigmoid(Z2, derivative=True)
            w2 = w2 + np.outer(error, A1)
            error = np.dot(p["W2"].T, error) * sigmoid(Z1, derivative=True)
            w1 = w1 + np.outer(error, x)
        return {"W1": w1 / len(X), "W2": w2 / len(X), "W3": w3 / len(X)}

    return loss, grad, params, X, Y


@ill("scale")
def gradcheck_notebook():
    """DW2 carries a stray factor 2 and db1 a stray factor 4; everything else is right."""
    rng = np.random.default_rng(212)
    m = 10
    X = rng.normal(0, 1, (4, m))
    Y = rng.integers(0, 2, (1, m)).astype(float)
    params = {
        "W1": rng.normal(0, 0.8, (5, 4)),
        "b1": rng.normal(0, 0.3, (5, 1)),
        "W2": rng.normal(0, 0.8, (3, 5)),
        "b2": rng.normal(0, 0.3, (3, 1)),
        "W3": rng.normal(0, 0.8, (1, 3)),
        "b3": rng.normal(0, 0.3, (1, 1)),
    }

    def forward(p, X):
        A1 = np.maximum(0, np.dot(p["W1"], X) + p["b1"])
        A2 = np.maximum(0, np.dot(p["W2"], A1) + p["b2"])
        return A1, A2, 1 / (1 + np.exp(-(np.dot(p["W3"], A2) + p["b3"])))

    def loss(p, X, Y):
        A3 = forward(p, X)[2]
        logprobs = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
        return float(1.0 / X.shape[1] * np.sum(logprobs))

    def grad(p, X, Y):
        m = X.shape[1]
        A1, A2, A3 = forward(p, X)
        dZ3 = A3 - Y
        dW3 = 1.0 / m * np.dot(dZ3, A2.T)
        db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
        dA2 = np.dot(p["W3"].T, dZ3)
        dZ2 = np.multiply(dA2, np.int64(A2 > 0))
        dW2 = 1.0 / m * np.dot(dZ2, A1.T) * 2
        db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
        dA1 = np.dot(p["W2"].T, dZ2)
        dZ1 = np.multiply(dA1, np.int64(A1 > 0))
        dW1 = 1.0 / m * np.dot(dZ1, X.T)
        db1 = 4.0 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}

    return loss, grad, params, X, Y


@ill("softmax_jacobian")
def libnd4j_diagonal():
    """Cross-entropy derivative times only the diagonal s(1-s) of the softmax derivative; the off-diagonal terms are
    missing."""
    rng = np.random.default_rng(301)
    X = rng.normal(0, 1, (12, 4))
    Y = np.eye(3)[rng.integers(0, 3, 12)]
    params = {
        "0_W": rng.normal(0, 0.7, (4, 5)),
        "0_b": rng.normal(0, 0.3, (1, 5)),
        "1_W": rng.normal(0, 0.7, (5, 3)),
        "1_b": rng.normal(0, 0.3, (1, 3)),
    }

    def output(p, X):
        h = np.tanh(X @ p["0_W"] + p["0_b"])
        z = h @ p["1_W"] + p["1_b"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return h, e / e.sum(axis=1, keepdims=True)

    def loss(p, X, Y):
        return float(-np.sum(Y * np.log(output(p, X)[1])) / len(X))

    def grad(p, X, Y):
        h, out = output(p, X)
        dLda = -Y / out / len(X)
        dadz = out * (1 - out)
        d1 = dLda * dadz
        d0 = (d1 @ p["1_W"].T) * (1 - h * h)
        return {
            "1_W": h.T @ d1,
            "1_b": d1.sum(axis=0, keepdims=True),
            "0_W": X.T @ d0,
            "0_b": d0.sum(axis=0, keepdims=True),
        }

    return loss, grad, params, X, Y


@ill("softmax_jacobian", "different_loss")
def seb_per_output_cost():
    """Per-output binary cross-entropy on a softmax layer, with only the softmax's own diagonal derivative; the
    product a-y is the gradient of categorical cross-entropy, not of this cost."""
    rng = np.random.default_rng(302)
    X = rng.uniform(0, 1, (10, 3))
    Y = np.eye(3)[rng.integers(0, 3, 10)]
    params = {
        "w0": rng.normal(0, 0.9, (3, 4)),
        "b0": rng.normal(0, 0.3, 4),
        "w1": rng.normal(0, 0.9, (4, 3)),
        "b1": rng.normal(0, 0.3, 3),
    }

    def layer_sigmoid(z):
        return 1.0 / (1 + np.exp(-z))

    def activate(z):
        ex = np.exp(z)
        return ex / ex.sum()

    def activate_derivative(z):
        ex = np.exp(z)
        S = ex.sum()
        return (ex * S - ex * ex) / (S * S)

    def cost_derivative(out, expected):
        return (-out + expected) / (out * (out - 1))

    def loss(p, X, Y):
        cost = 0.0
        for x, t in zip(X, Y):
            out = activate(layer_sigmoid(x @ p["w0"] + p["b0"]) @ p["w1"] + p["b1"])
            for i in range(3):
                v = out[i] if t[i] == 1 else 1 - out[i]
                cost += -np.log(v)
        return float(cost)

    def grad(p, X, Y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, Y):
            h = layer_sigmoid(x @ p["w0"] + p["b0"])
            z = h @ p["w1"] + p["b1"]
            out = activate(z)
            node = cost_derivative(out, t) * activate_derivative(z)
            g["w1"] += np.outer(h, node)
            g["b1"] += node
            hidden = (p["w1"] @ node) * h * (1 - h)
            g["w0"] += np.outer(x, hidden)
            g["b0"] += hidden
        return g

    return loss, grad, params, X, Y


@ill("bias_reduction", "wrong_cached_input")
def cbow_bias_sum():
    """The bias gradients are row sums of the weight gradients instead of sums of the deltas; b1 is right by luck
    because every x column sums to one, b2 is wrong."""
    rng = np.random.default_rng(303)
    V, N, B = 6, 4, 5
    x = np.eye(V)[rng.integers(0, V, B)].T * 0.5 + np.eye(V)[rng.integers(0, V, B)].T * 0.5
    y = np.eye(V)[rng.integers(0, V, B)].T
    params = {
        "W1": rng.normal(0, 0.8, (N, V)),
        "W2": rng.normal(0, 0.8, (V, N)),
        "b1": rng.normal(0, 0.4, (N, 1)),
        "b2": rng.normal(0, 0.4, (V, 1)),
    }

    def forward_prop(x, p):
        z1 = np.dot(p["W1"], x) + p["b1"]
        h = np.maximum(0, z1)
        z = np.dot(p["W2"], h) + p["b2"]
        e = np.exp(z)
        return z1, h, e / np.sum(e, axis=0)

    def loss(p, x, y):
        yhat = forward_prop(x, p)[2]
        return float(-np.sum(np.log(yhat) * y) / x.shape[1])

    def grad(p, x, y):
        batch_size = x.shape[1]
        z1, h, yhat = forward_prop(x, p)
        l1 = np.dot(p["W2"].T, yhat - y)
        l1 = l1 * (z1 > 0)
        grad_W1 = (1 / batch_size) * np.dot(l1, x.T)
        grad_W2 = (1 / batch_size) * np.dot(yhat - y, h.T)
        grad_b1 = np.sum((1 / batch_size) * np.dot(l1, x.T), axis=1, keepdims=True)
        grad_b2 = np.sum((1 / batch_size) * np.dot(yhat - y, h.T), axis=1, keepdims=True)
        return {"W1": grad_W1, "W2": grad_W2, "b1": grad_b1, "b2": grad_b2}

    return loss, grad, params, x, y


@ill("relu_mask", "activation_slope_of_error")
def cbow_relu_error():
    """On the way back ReLU is applied to the carried error itself, instead of masking it where the hidden pre-
    activation was negative."""
    rng = np.random.default_rng(304)
    V, N, B = 6, 4, 5
    x = np.eye(V)[rng.integers(0, V, B)].T * 0.5 + np.eye(V)[rng.integers(0, V, B)].T * 0.5
    y = np.eye(V)[rng.integers(0, V, B)].T
    params = {
        "W1": rng.normal(0, 0.8, (N, V)),
        "W2": rng.normal(0, 0.8, (V, N)),
        "b1": rng.normal(0, 0.4, (N, 1)),
        "b2": rng.normal(0, 0.4, (V, 1)),
    }

    def relu(z):
        return np.maximum(0, z)

    def forward_prop(x, p):
        h = relu(np.dot(p["W1"], x) + p["b1"])
        z = np.dot(p["W2"], h) + p["b2"]
        e = np.exp(z)
        return h, e / np.sum(e, axis=0)

    def loss(p, x, y):
        yhat = forward_prop(x, p)[1]
        return float(-np.sum(np.log(yhat) * y) / x.shape[1])

    def grad(p, x, y):
        ones = np.ones((x.shape[1], 1))
        batch_size = x.shape[1]
        h, yhat = forward_prop(x, p)
        l1 = np.dot(p["W2"].T, yhat - y)
        l1 = relu(l1)
        return {
            "W1": (1 / batch_size) * np.dot(l1, x.T),
            "W2": (1 / batch_size) * np.dot(yhat - y, h.T),
            "b1": (1 / batch_size) * np.dot(l1, ones),
            "b2": (1 / batch_size) * np.dot(yhat - y, ones),
        }

    return loss, grad, params, x, y


@ill("updated_weights")
def toy_js_early_update():
    """The hidden error is carried back through the output weights after they have already been moved."""
    rng = np.random.default_rng(305)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([[0], [1], [1], [0]], dtype=float)
    lr = 0.8
    params = {
        "weights_ih": rng.uniform(-1, 1, (4, 2)),
        "bias_h": rng.uniform(-1, 1, (4, 1)),
        "weights_ho": rng.uniform(-1, 1, (1, 4)),
        "bias_o": rng.uniform(-1, 1, (1, 1)),
    }

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        total = 0.0
        for row, t in zip(X, y):
            hidden = sig(p["weights_ih"] @ row.reshape(-1, 1) + p["bias_h"])
            out = sig(p["weights_ho"] @ hidden + p["bias_o"])
            total += 0.5 * np.sum((t.reshape(-1, 1) - out) ** 2)
        return float(total)

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for row, t in zip(X, y):
            inputs = row.reshape(-1, 1)
            hidden = sig(p["weights_ih"] @ inputs + p["bias_h"])
            out = sig(p["weights_ho"] @ hidden + p["bias_o"])
            gradients = out * (1 - out) * (t.reshape(-1, 1) - out)
            weight_ho_deltas = gradients @ hidden.T
            weights_ho = p["weights_ho"] + lr * weight_ho_deltas
            hidden_errors = weights_ho.T @ gradients
            hidden_gradient = hidden * (1 - hidden) * hidden_errors
            g["weights_ho"] -= weight_ho_deltas
            g["bias_o"] -= gradients
            g["weights_ih"] -= hidden_gradient @ inputs.T
            g["bias_h"] -= hidden_gradient
        return g

    return loss, grad, params, X, y


@ill("activation_slope_of_activation")
def brain_c_double_sigmoid():
    """The derivative function expects the weighted sum but is given the activation, so the sigmoid is applied
    twice."""
    rng = np.random.default_rng(306)
    X = rng.uniform(-1, 1, (9, 3))
    y = rng.uniform(0.1, 0.9, (9, 2))
    shape = [3, 4, 2]
    params = {"layer_1": rng.normal(0, 0.9, (4, 4)), "layer_2": rng.normal(0, 0.9, (2, 5))}

    def activation(x):
        return 1.0 / (1.0 + np.exp(-x))

    def derivative(x):
        return activation(x) * (1.0 - activation(x))

    def propagate(p, signal):
        memory = [np.array(signal)]
        for l in (1, 2):
            out = np.zeros(shape[l])
            for n in range(shape[l]):
                s = p["layer_%d" % l][n, -1]
                for i in range(shape[l - 1]):
                    s += p["layer_%d" % l][n, i] * memory[-1][i]
                out[n] = activation(s)
            memory.append(out)
        return memory

    def loss(p, X, y):
        return float(sum(0.5 * np.sum((propagate(p, x)[2] - t) ** 2) for x, t in zip(X, y)) / len(X))

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            memory = propagate(p, x)
            errors = memory[2] - t
            for l in (2, 1):
                deltas = np.zeros(shape[l])
                for n in range(shape[l]):
                    deltas[n] = errors[n] * derivative(memory[l][n])
                errors = np.zeros(shape[l - 1])
                for n in range(shape[l]):
                    for i in range(shape[l - 1]):
                        g["layer_%d" % l][n, i] += deltas[n] * memory[l - 1][i] / len(X)
                        errors[i] += deltas[n] * p["layer_%d" % l][n, i]
                    g["layer_%d" % l][n, -1] += deltas[n] / len(X)
        return g

    return loss, grad, params, X, y


@ill("activation_slope_of_activation")
def simple_mlp_farzaa():
    """After the derivative was 'fixed' to apply the sigmoid itself, it is still called with the prediction."""
    rng = np.random.default_rng(307)
    X = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=float)
    y = np.array([[0, 1, 0, 1]], dtype=float).T
    params = {"weights": 2 * rng.random((3, 1)) - 1}

    def apply_sigmoid(x, derivative=False):
        if derivative:
            return apply_sigmoid(x) * (1 - apply_sigmoid(x))
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        prediction = apply_sigmoid(np.dot(X, p["weights"]))
        return float(np.sum((y - prediction) ** 2) / 2)

    def grad(p, X, y):
        prediction = apply_sigmoid(np.dot(X, p["weights"]))
        error = y - prediction
        change_in_error = error * apply_sigmoid(prediction, True)
        return {"weights": -np.dot(X.T, change_in_error)}

    return loss, grad, params, X, y


@ill("bias_reduction")
def dl4j_bias_mean():
    """The hidden bias gradient is averaged over the units instead of over the examples; as many units as examples
    hide it in the shape."""
    rng = np.random.default_rng(308)
    N, H, K = 6, 6, 2
    X = rng.normal(0, 1, (N, 3))
    Y = rng.normal(0, 1, (N, K))
    params = {
        "W_0": rng.normal(0, 0.7, (3, H)),
        "b_0": rng.normal(0, 0.3, H),
        "W_1": rng.normal(0, 0.7, (H, K)),
        "b_1": rng.normal(0, 0.3, K),
    }

    def forward(p, X):
        h = np.tanh(X @ p["W_0"] + p["b_0"])
        return h, h @ p["W_1"] + p["b_1"]

    def loss(p, X, Y):
        return float(0.5 * np.mean(np.sum((forward(p, X)[1] - Y) ** 2, axis=1)))

    def grad(p, X, Y):
        n = len(X)
        h, out = forward(p, X)
        d1 = out - Y
        d0 = d1 @ p["W_1"].T * (1 - h**2)
        return {"W_1": h.T @ d1 / n, "b_1": d1.mean(axis=0), "W_0": X.T @ d0 / n, "b_0": d0.mean(axis=1)}

    return loss, grad, params, X, Y


@ill("activation_slope_of_activation")
def dl4j_inplace_z():
    """The activation works in place, so the stored z arrays already hold the activations when the slope is taken."""
    rng = np.random.default_rng(309)
    X = rng.normal(0, 1, (10, 3))
    Y = rng.uniform(0, 1, (10, 2))
    params = {
        "W_0": rng.normal(0, 0.9, (3, 4)),
        "b_0": rng.normal(0, 0.3, 4),
        "W_1": rng.normal(0, 0.9, (4, 2)),
        "b_1": rng.normal(0, 0.3, 2),
    }

    def sigma(z):
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        np.reciprocal(z, out=z)
        return z

    def sigma_slope(z):
        s = 1 / (1 + np.exp(-z))
        return s * (1 - s)

    def zs_and_activations(p, X):
        zs, activations = [], [X]
        for i in range(2):
            z = activations[-1] @ p["W_%d" % i] + p["b_%d" % i]
            zs.append(z)
            activations.append(sigma(z))
        return zs, activations

    def loss(p, X, Y):
        return float(0.5 * np.sum((zs_and_activations(p, X)[1][-1] - Y) ** 2) / len(X))

    def grad(p, X, Y):
        zs, activations = zs_and_activations(p, X)
        g = {}
        delta = (activations[-1] - Y) / len(X) * sigma_slope(zs[1])
        g["W_1"] = activations[1].T @ delta
        g["b_1"] = delta.sum(axis=0)
        delta = delta @ p["W_1"].T * sigma_slope(zs[0])
        g["W_0"] = activations[0].T @ delta
        g["b_0"] = delta.sum(axis=0)
        return g

    return loss, grad, params, X, Y


@ill("regularisation")
def svm_naive_reg():
    """The penalty reg*sum(W^2) has derivative 2*reg*W, the code adds reg*W."""
    rng = np.random.default_rng(310)
    X = np.column_stack([rng.normal(0, 1, (15, 4)), np.ones(15)])
    y = rng.integers(0, 3, 15)
    reg = 0.3
    params = {"W": rng.normal(0, 0.6, (5, 3))}

    def loss(p, X, y):
        W = p["W"]
        total = 0.0
        for i in range(X.shape[0]):
            scores = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                margin = scores[j] - scores[y[i]] + 1
                if margin > 0:
                    total += margin
        total /= X.shape[0]
        total += reg * np.sum(W * W)
        return float(total)

    def grad(p, X, y):
        W = p["W"]
        dW = np.zeros(W.shape)
        for i in range(X.shape[0]):
            scores = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                margin = scores[j] - scores[y[i]] + 1
                if margin > 0:
                    dW[:, j] += X[i]
                    dW[:, y[i]] -= X[i]
        dW /= X.shape[0]
        dW += reg * W
        return {"W": dW}

    return loss, grad, params, X, y


@ill("regularisation")
def threelayer_reg_twice():
    """The loss penalises W1 twice and W3 not at all, while the gradient penalises each matrix once."""
    rng = np.random.default_rng(311)
    X = rng.normal(0, 1, (11, 4))
    y = rng.integers(0, 3, 11)
    reg = 0.4
    params = {
        "W1": rng.normal(0, 0.7, (4, 5)),
        "b1": rng.normal(0, 0.2, 5),
        "W2": rng.normal(0, 0.7, (5, 4)),
        "b2": rng.normal(0, 0.2, 4),
        "W3": rng.normal(0, 0.7, (4, 3)),
        "b3": rng.normal(0, 0.2, 3),
    }

    def scores(p, X):
        h1 = np.maximum(0, X @ p["W1"] + p["b1"])
        h2 = np.maximum(0, h1 @ p["W2"] + p["b2"])
        return h1, h2, h2 @ p["W3"] + p["b3"]

    def softmax_loss(s, y):
        probs = np.exp(s - s.max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        n = len(y)
        data = -np.mean(np.log(probs[np.arange(n), y]))
        dx = probs.copy()
        dx[np.arange(n), y] -= 1
        return data, dx / n

    def loss(p, X, y):
        W1, W2, W3 = p["W1"], p["W2"], p["W3"]
        data, _ = softmax_loss(scores(p, X)[2], y)
        penalty = 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W1**2))
        return float(data + penalty)

    def grad(p, X, y):
        h1, h2, s = scores(p, X)
        _, ds = softmax_loss(s, y)
        g = {}
        g["W3"], g["b3"] = h2.T @ ds + reg * p["W3"], ds.sum(axis=0)
        d2 = ds @ p["W3"].T * (h2 > 0)
        g["W2"], g["b2"] = h1.T @ d2 + reg * p["W2"], d2.sum(axis=0)
        d1 = d2 @ p["W2"].T * (h1 > 0)
        g["W1"], g["b1"] = X.T @ d1 + reg * p["W1"], d1.sum(axis=0)
        return g

    return loss, grad, params, X, y


@ill("regularisation")
def svm_vectorised_unregularised():
    """The vectorised SVM loss leaves the penalty out although the gradient contains it."""
    rng = np.random.default_rng(312)
    X = rng.normal(0, 1, (14, 5))
    y = rng.integers(0, 4, 14)
    reg = 0.25
    params = {"W": rng.normal(0, 0.6, (5, 4))}

    def loss(p, X, y):
        n = X.shape[0]
        scores = X.dot(p["W"])
        margins = np.maximum(0, scores - scores[np.arange(n), y][:, None] + 1)
        margins[np.arange(n), y] = 0
        return float(np.sum(margins) / n)

    def grad(p, X, y):
        n = X.shape[0]
        scores = X.dot(p["W"])
        margins = np.maximum(0, scores - scores[np.arange(n), y][:, None] + 1)
        margins[np.arange(n), y] = 0
        counts = (margins > 0).astype(float)
        counts[np.arange(n), y] = -counts.sum(axis=1)
        dW = X.T.dot(counts) / n
        dW += 2 * reg * p["W"]
        return {"W": dW}

    return loss, grad, params, X, y


@ill("summed_not_averaged")
def manual_descent_mean():
    """Np.dot has already summed the examples, so .mean() of that single number averages nothing: the gradient is N
    times too large."""
    X = np.array([1, 2, 3, 4], dtype=float)
    Y = np.array([2, 4, 6, 8], dtype=float)
    params = {"w": np.array(0.35)}

    def forward(w, x):
        return w * x

    def loss(p, X, Y):
        y_pred = forward(p["w"], X)
        return float(((y_pred - Y) ** 2).mean())

    def grad(p, X, Y):
        y_pred = forward(p["w"], X)
        return {"w": np.array(np.dot(2 * X, y_pred - Y).mean())}

    return loss, grad, params, X, Y


@ill("regularisation")
def kotlin_cost_bracket():
    """The weight penalty stands inside the bracket with the minus in front, so the plotted cost subtracts it while
    the gradient adds it."""
    rng = np.random.default_rng(402)
    X = rng.uniform(0, 1, (13, 2))
    y = np.column_stack([X[:, 0] > X[:, 1], X[:, 0] <= X[:, 1]]).astype(float)
    lam = 1.5
    params = {
        "w2": rng.normal(0, 0.8, (3, 2)),
        "b2": rng.normal(0, 0.5, (3, 1)),
        "w3": rng.normal(0, 0.8, (2, 3)),
        "b3": rng.normal(0, 0.5, (2, 1)),
    }

    def feedforward(p, a):
        a2 = 1 / (1 + np.exp(-(p["w2"] @ a + p["b2"])))
        a3 = 1 / (1 + np.exp(-(p["w3"] @ a2 + p["b3"])))
        return a2, a3

    def loss(p, X, y):
        n = len(X)
        total = 0.0
        for x, t in zip(X, y):
            a3 = feedforward(p, x.reshape(-1, 1))[1][:, 0]
            total += np.sum(t * np.log(a3) + (1 - t) * np.log(1 - a3))
            total += lam / (2 * n) * (np.sum(p["w2"] ** 2) + np.sum(p["w3"] ** 2))
        return float(-1 / n * total)

    def grad(p, X, y):
        n = len(X)
        nabla = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            a1 = x.reshape(-1, 1)
            a2, a3 = feedforward(p, a1)
            delta = a3 - t.reshape(-1, 1)
            nabla["b3"] += delta
            nabla["w3"] += delta @ a2.T
            delta = (p["w3"].T @ delta) * a2 * (1 - a2)
            nabla["b2"] += delta
            nabla["w2"] += delta @ a1.T
        for k in nabla:
            nabla[k] = nabla[k] / n
        for k in ("w2", "w3"):
            nabla[k] = nabla[k] + lam / n * p[k]
        return nabla

    return loss, grad, params, X, y


@ill("broadcast", "wrong_shape")
def linreg_square_matrix():
    """(N,) predictions minus (N,1) labels make an NxN matrix, so dw is (d,N) and db compares every prediction with
    every label."""
    rng = np.random.default_rng(403)
    X = rng.normal(0, 1, (12, 3))
    y = (X @ np.array([1.0, -2.0, 0.5]) + 1 + rng.normal(0, 0.1, 12)).reshape(-1, 1)
    params = {"weights": rng.normal(0, 0.5, 3), "bias": np.array(0.2)}

    def loss(p, X, y):
        y_pred = np.dot(X, p["weights"]) + p["bias"]
        return float(np.mean((y[:, 0] - y_pred) ** 2))

    def grad(p, X, y):
        n_samples = X.shape[0]
        y_pred = np.dot(X, p["weights"]) + p["bias"]
        dw = (2 / n_samples) * np.dot(X.T, (y_pred - y))
        db = (2 / n_samples) * np.sum(y_pred - y)
        return {"weights": dw, "bias": np.array(db)}

    return loss, grad, params, X, y


@ill("relu_mask")
def zig_leaky_relu():
    """The forward pass is leaky; the backward pass writes the leaky part into the wrong array, so what it returns is
    zero where the input was negative."""
    rng = np.random.default_rng(404)
    X = rng.normal(0, 1, (10, 4))
    y = rng.integers(0, 3, 10)
    params = {
        "w1": rng.normal(0, 0.8, (4, 5)),
        "b1": rng.normal(-0.6, 0.3, 5),
        "w2": rng.normal(0, 0.8, (5, 3)),
        "b2": rng.normal(0, 0.3, 3),
    }

    def relu_forward(inputs):
        outputs = np.zeros(len(inputs))
        for i in range(len(inputs)):
            if inputs[i] < 0:
                outputs[i] = 0.01 * inputs[i]
            else:
                outputs[i] = inputs[i]
        return outputs

    def relu_backwards(last_inputs, grads):
        outputs = np.zeros(len(grads))
        for i in range(len(last_inputs)):
            if last_inputs[i] < 0:
                grads[i] = 0.01 * grads[i]
            else:
                outputs[i] = grads[i]
        return outputs

    def nll(logits, label):
        m = logits.max()
        return -(logits[label] - m - np.log(np.sum(np.exp(logits - m))))

    def loss(p, X, y):
        return float(np.mean([nll(relu_forward(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"], t) for x, t in zip(X, y)]))

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            s = x @ p["w1"] + p["b1"]
            h = relu_forward(s)
            logits = h @ p["w2"] + p["b2"]
            probs = np.exp(logits - logits.max())
            probs /= probs.sum()
            probs[t] -= 1
            g["w2"] += np.outer(h, probs) / len(X)
            g["b2"] += probs / len(X)
            back = relu_backwards(s, p["w2"] @ probs)
            g["w1"] += np.outer(x, back) / len(X)
            g["b1"] += back / len(X)
        return g

    return loss, grad, params, X, y


@ill("scale", "summed_not_averaged")
def simd_crossentropy_mean():
    """The loss averages over the four outputs, the gradient does not: it is four times too large everywhere."""
    rng = np.random.default_rng(405)
    X = rng.normal(0, 1, (12, 3))
    Y = rng.integers(0, 2, (12, 4)).astype(float)
    params = {
        "weight_0": rng.normal(0, 0.8, (3, 5)),
        "bias_0": rng.normal(0, 0.3, 5),
        "weight_1": rng.normal(0, 0.8, (5, 4)),
        "bias_1": rng.normal(0, 0.3, 4),
    }

    def feed(p, X):
        h = np.tanh(X @ p["weight_0"] + p["bias_0"])
        return h, 1 / (1 + np.exp(-(h @ p["weight_1"] + p["bias_1"])))

    def loss(p, X, Y):
        out = feed(p, X)[1]
        per_sample = -np.mean(Y * np.log(out) + (1 - Y) * np.log(1 - out), axis=1)
        return float(np.sum(per_sample) / len(X))

    def grad(p, X, Y):
        h, out = feed(p, X)
        d1 = (out - Y) / len(X)
        d0 = (d1 @ p["weight_1"].T) * (1 - h * h)
        return {"weight_1": h.T @ d1, "bias_1": d1.sum(axis=0), "weight_0": X.T @ d0, "bias_0": d0.sum(axis=0)}

    return loss, grad, params, X, Y


@ill("not_finite")
def tinydnn_saturated():
    """One output saturates at exactly 1 with target 1; the cross-entropy derivative divides 0 by 0 and the whole
    gradient is NaN."""
    rng = np.random.default_rng(406)
    X = np.column_stack([rng.normal(0, 1, (8, 2)), np.ones(8)])
    X[2, 0] = 45.0
    Y = (X @ np.array([[1.0], [0.5], [0.2]]) > 0).astype(float)
    params = {"W": np.array([[1.3], [0.4], [-0.2]])}

    def loss(p, X, Y):
        y = 1 / (1 + np.exp(-(X @ p["W"])))
        total = 0.0
        for yi, ti in zip(y[:, 0], Y[:, 0]):
            if ti != 0:
                total -= ti * np.log(yi)
            if ti != 1:
                total -= (1 - ti) * np.log(1 - yi)
        return float(total)

    def grad(p, X, Y):
        y = 1 / (1 + np.exp(-(X @ p["W"])))
        with np.errstate(all="ignore"):
            dE = (y - Y) / (y * (1 - y))
        dz = dE * y * (1 - y)
        return {"W": X.T @ dz}

    return loss, grad, params, X, Y


@ill("relu_mask", "different_loss")
def osvm_sign_flag():
    """The hinge indicator is -1 instead of 0 where the margin is satisfied, so satisfied examples are pushed back:
    the slope of |1-m|, not of max(0,1-m)."""
    rng = np.random.default_rng(407)
    X = rng.normal(0, 1, (16, 3))
    y = np.where(X @ np.array([1.0, -1.0, 0.5]) + rng.normal(0, 0.5, 16) > 0, 1, -1)
    c = 0.7
    params = {"w": rng.normal(0, 0.9, 3), "b": np.array(0.15)}

    def loss(p, X, y):
        total = 0.5 * p["w"].dot(p["w"])
        for x, label in zip(X, y):
            total += c * max(0.0, 1 - label * (x.dot(p["w"]) + p["b"]))
        return float(total)

    def grad(p, X, y):
        dirw = p["w"].copy()
        dirb = 0.0
        for x, label in zip(X, y):
            sign = np.sign(1 - label * (x.dot(p["w"]) + p["b"]))
            dirw = dirw - c * label * x * sign
            dirb = dirb - c * label * sign
        return {"w": dirw, "b": np.array(dirb)}

    return loss, grad, params, X, y


@ill("labels_misaligned", "different_loss")
def ex1_cost_last_row():
    """The cost loop counts j but reads row i, so the printed cost is that of the last row only, while the gradient is
    over all rows."""
    rng = np.random.default_rng(408)
    x = rng.uniform(5, 12, 15) / 5
    y = 1.2 * x - 0.8 + rng.normal(0, 0.3, 15)
    params = {"theta_0": np.array(0.3), "theta_1": np.array(0.7)}

    def loss(p, x, y):
        cost = 0.0
        i = len(x) - 1
        for j in range(len(x)):
            cost = cost + (p["theta_0"] + p["theta_1"] * x[i] - y[i]) ** 2
        return float(cost / (2 * len(x)))

    def grad(p, x, y):
        a = 0.0
        b = 0.0
        for i in range(len(x)):
            a = a + p["theta_0"] + p["theta_1"] * x[i] - y[i]
            b = b + (p["theta_0"] + p["theta_1"] * x[i] - y[i]) * x[i]
        return {"theta_0": np.array(a / len(x)), "theta_1": np.array(b / len(x))}

    return loss, grad, params, x, y


@ill("updated_weights")
def java_neurons_early():
    """Each output neuron updates its weights at once; the hidden error is then summed over the new weights."""
    rng = np.random.default_rng(409)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([0, 1, 1, 0], dtype=float)
    rate = 0.9
    params = {"hidden": rng.uniform(-1, 1, (2, 3)), "output": rng.uniform(-1, 1, (1, 3))}

    def transfer(x):
        return 1 / (1 + np.exp(-x))

    def slope(net):
        return transfer(net) * (1 - transfer(net))

    def feed(p, row):
        inp = np.append(row, 1.0)
        net1 = p["hidden"] @ inp
        hid = np.append(transfer(net1), 1.0)
        net2 = p["output"] @ hid
        return inp, net1, hid, net2

    def loss(p, X, y):
        return float(sum(0.5 * (t - transfer(feed(p, row)[3])[0]) ** 2 for row, t in zip(X, y)))

    def grad(p, X, y):
        g_hidden = np.zeros((2, 3))
        g_output = np.zeros((1, 3))
        for row, t in zip(X, y):
            weights = p["output"].copy()
            inp, net1, hid, net2 = feed(p, row)
            delta_out = (t - transfer(net2)) * slope(net2)
            step = np.outer(delta_out, hid)
            g_output -= step
            weights = weights + rate * step
            for j in range(2):
                err = 0.0
                for k in range(1):
                    err += delta_out[k] * weights[k, j]
                delta = slope(net1[j]) * err
                g_hidden[j] -= delta * inp
        return {"hidden": g_hidden, "output": g_output}

    return loss, grad, params, X, y


@ill("unknown")
def java_neurons_rounded():
    """Every delta is rounded to three decimals, which falsifies the small ones by some per cent."""
    rng = np.random.default_rng(410)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([0, 1, 1, 0], dtype=float)
    params = {"hidden": rng.uniform(-1, 1, (2, 3)), "output": rng.uniform(-1, 1, (1, 3))}

    def transfer(x):
        return 1 / (1 + np.exp(-x))

    def slope(net):
        return transfer(net) * (1 - transfer(net))

    def three_decimals(d):
        return np.round(d, 3)

    def feed(p, row):
        inp = np.append(row, 1.0)
        net1 = p["hidden"] @ inp
        hid = np.append(transfer(net1), 1.0)
        net2 = p["output"] @ hid
        return inp, net1, hid, net2

    def loss(p, X, y):
        return float(sum(0.5 * (t - transfer(feed(p, row)[3])[0]) ** 2 for row, t in zip(X, y)))

    def grad(p, X, y):
        g_hidden = np.zeros((2, 3))
        g_output = np.zeros((1, 3))
        for row, t in zip(X, y):
            inp, net1, hid, net2 = feed(p, row)
            delta_out = three_decimals((t - transfer(net2)) * slope(net2))
            g_output -= np.outer(delta_out, hid)
            for j in range(2):
                err = delta_out[0] * p["output"][0, j]
                g_hidden[j] -= three_decimals(slope(net1[j]) * err) * inp
        return {"hidden": g_hidden, "output": g_output}

    return loss, grad, params, X, y


@ill("scale")
def dlib_mean_square():
    """The loss is the mean of the squares without one half, the gradient lacks the factor 2."""
    rng = np.random.default_rng(411)
    X = rng.normal(0, 1, (14, 3))
    y = np.sin(X[:, 0]) + 0.3 * X[:, 1]
    params = {"fc1": rng.normal(0, 0.7, (4, 4)), "fc2": rng.normal(0, 0.7, 5)}

    def net(p, X):
        inp = np.column_stack([X, np.ones(len(X))])
        h = np.maximum(0, inp @ p["fc1"])
        h1 = np.column_stack([h, np.ones(len(X))])
        return inp, h, h1, h1 @ p["fc2"]

    def loss(p, X, y):
        out = net(p, X)[3]
        scale = 1.0 / len(y)
        total = 0.0
        for i in range(len(y)):
            temp1 = y[i] - out[i]
            total += scale * temp1 * temp1
        return float(total)

    def grad(p, X, y):
        inp, h, h1, out = net(p, X)
        scale = 1.0 / len(y)
        g = np.zeros(len(y))
        for i in range(len(y)):
            temp2 = scale * (y[i] - out[i])
            g[i] = -temp2
        back = np.outer(g, p["fc2"][:-1]) * (h > 0)
        return {"fc1": inp.T @ back, "fc2": h1.T @ g}

    return loss, grad, params, X, y


@ill("relu_mask", "activation_slope_of_error")
def book_relu_of_gradient():
    """Following a mistranslated sentence, ReLU's backward step zeroes the negative gradients instead of those whose
    input was negative."""
    rng = np.random.default_rng(412)
    X = rng.normal(0, 1, (9, 4))
    y = rng.integers(0, 3, 9)
    lam = 0.05
    params = {"W1": rng.normal(0, 0.8, (4, 5)), "W2": rng.normal(0, 0.8, (5, 3))}

    def loss(p, X, y):
        U1 = X @ p["W1"]
        U2 = np.maximum(0, U1) @ p["W2"]
        logp = U2 - np.log(np.sum(np.exp(U2), axis=1, keepdims=True))
        J = -np.mean(logp[np.arange(len(y)), y])
        return float(J + lam * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)))

    def grad(p, X, y):
        U1 = X @ p["W1"]
        H = np.maximum(0, U1)
        U2 = H @ p["W2"]
        G = np.exp(U2) / np.sum(np.exp(U2), axis=1, keepdims=True)
        G[np.arange(len(y)), y] -= 1
        G /= len(y)
        GH = G @ p["W2"].T
        G1 = GH * (GH > 0)
        return {"W1": X.T @ G1 + 2 * lam * p["W1"], "W2": H.T @ G + 2 * lam * p["W2"]}

    return loss, grad, params, X, y


@healthy
def slope_intercept_minus():
    """Correct: slope and intercept swing to infinity because of the step size; the gradient with its leading minus is
    right."""
    x = np.array([20, 43, 63, 26, 53, 31, 58, 46, 58, 70], dtype=float) / 10
    y = np.array([120, 128, 141, 126, 134, 128, 136, 132, 140, 144], dtype=float) / 10
    params = {"m": np.array(0.6), "b": np.array(9.0)}

    def loss(p, x, y):
        n = len(x)
        y_predicted = p["m"] * x + p["b"]
        return float((1 / n) * sum([val**2 for val in (y - y_predicted)]))

    def grad(p, x, y):
        n = len(x)
        y_predicted = p["m"] * x + p["b"]
        md = -(2 / n) * sum(x * (y - y_predicted))
        bd = -(2 / n) * sum(y - y_predicted)
        return {"m": np.array(md), "b": np.array(bd)}

    return loss, grad, params, x, y


@healthy
def linreg_columns_scalar_c():
    """Correct: gradients explode for larger inputs because of the step size only; scalar bias summed over
    everything."""
    rng = np.random.default_rng(502)
    x = rng.random((2, 25)) * 4
    y = np.array([[5.0, -1.0]]) @ x + 3 + rng.normal(0, 0.1, (1, 25))
    params = {"w": rng.normal(0, 1, (2, 1)), "c": np.array(0.5)}

    def loss(p, x, y):
        yhat = np.dot(p["w"].T, x) + p["c"]
        return float(np.mean(np.square(y - yhat)))

    def grad(p, x, y):
        m = x.shape[1]
        yhat = np.dot(p["w"].T, x) + p["c"]
        dlw = (2 / m) * np.dot(x, (yhat - y).T)
        dlc = (2 / m) * np.sum(yhat - y)
        return {"w": dlw, "c": np.array(dlc)}

    return loss, grad, params, x, y


@healthy
def house_rss():
    """Correct: residual sums are added with factor 2n; RSS grows only because the step is too long for square
    feet."""
    rng = np.random.default_rng(503)
    X = rng.uniform(0.5, 4, 18)
    Y = 2.8 * X + 0.4 + rng.normal(0, 0.3, 18)
    params = {"W": np.array([[0.3], [1.1]])}

    def residual_sums(X, Y, W):
        intercept = W[0][0]
        slope = W[1][0]
        gd = [
            sum(y - (intercept + slope * x) for x, y in zip(X, Y)),
            sum((y - (intercept + slope * x)) * x for x, y in zip(X, Y)),
        ]
        return np.array(gd).reshape(2, 1)

    def loss(p, X, Y):
        W = p["W"]
        return float(sum((y - (W[0][0] + W[1][0] * x)) ** 2 for x, y in zip(X, Y)))

    def grad(p, X, Y):
        n = 0.0001
        new = p["W"] + (2 * n) * residual_sums(X, Y, p["W"])
        return {"W": -(new - p["W"]) / n}

    return loss, grad, params, X, Y


@healthy
def xor_java_thresholds():
    """Correct: thresholds are subtracted in the forward pass, so their correction rightly has the opposite sign; nine
    0-d parameters."""
    X = np.array([[1, 1], [0, 1], [1, 0], [0, 0]], dtype=float)
    y = np.array([0, 1, 1, 0], dtype=float)
    params = {
        k: np.array(v)
        for k, v in dict(
            w13=0.5, w14=0.9, w23=0.4, w24=1.0, w35=-1.2, w45=1.1, theta3=0.8, theta4=-0.1, theta5=0.3
        ).items()
    }

    def sigmoid(e):
        return 1.0 / (1 + np.exp(-1 * e))

    def activate(p, x1, x2):
        g3 = sigmoid(x1 * p["w13"] + x2 * p["w23"] - p["theta3"])
        g4 = sigmoid(x1 * p["w14"] + x2 * p["w24"] - p["theta4"])
        return g3, g4, sigmoid(g3 * p["w35"] + g4 * p["w45"] - p["theta5"])

    def loss(p, X, y):
        return float(sum(0.5 * (gd - activate(p, *row)[2]) ** 2 for row, gd in zip(X, y)))

    def grad(p, X, y):
        dw = {k: 0.0 for k in p}
        for (x1, x2), gd5 in zip(X, y):
            g3, g4, g5 = activate(p, x1, x2)
            delta5 = g5 * (1 - g5) * (gd5 - g5)
            dw["w35"] += g3 * delta5
            dw["w45"] += g4 * delta5
            dw["theta5"] += (-1) * delta5
            delta3 = g3 * (1 - g3) * delta5 * p["w35"]
            delta4 = g4 * (1 - g4) * delta5 * p["w45"]
            dw["w13"] += x1 * delta3
            dw["w23"] += x2 * delta3
            dw["theta3"] += (-1) * delta3
            dw["w14"] += x1 * delta4
            dw["w24"] += x2 * delta4
            dw["theta4"] += (-1) * delta4
        return {k: np.array(-v) for k, v in dw.items()}

    return loss, grad, params, X, y


@healthy
def mnist_insert_one():
    """Correct: the poster's gradient check passes; bias as row 0 of each matrix, not penalised, sigmoid cross-entropy
    summed over classes."""
    rng = np.random.default_rng(505)
    num_node = [4, 3, 3, 3]
    X = rng.uniform(0, 1, (9, 4))
    y = np.eye(3)[rng.integers(0, 3, 9)]
    Lambda = 0.8
    params = {"W%d" % l: rng.uniform(-1, 1, (num_node[l] + 1, num_node[l + 1])) for l in range(3)}

    def g(z):
        return 1 / (1 + np.exp(-z))

    def layers(p, x):
        a = [np.insert(x, 0, 1)]
        for l in range(3):
            out = g(np.dot(a[-1], p["W%d" % l]))
            a.append(np.insert(out, 0, 1) if l < 2 else out)
        return a

    def loss(p, X, y):
        cost = 0
        for i in range(len(X)):
            H = layers(p, X[i])[-1]
            for k in range(3):
                cost = cost + y[i][k] * np.log(H[k]) + (1 - y[i][k]) * np.log(1 - H[k])
        regularization = 0
        for l in range(3):
            for i in range(num_node[l]):
                for j in range(num_node[l + 1]):
                    regularization = regularization + p["W%d" % l][i + 1][j] ** 2
        return float(-1 / len(X) * cost + Lambda / (2 * len(X)) * regularization)

    def grad(p, X, y):
        n = len(X)
        D = {k: np.zeros_like(v) for k, v in p.items()}
        for i in range(n):
            a = layers(p, X[i])
            delta = a[3] - y[i]
            for l in (2, 1, 0):
                D["W%d" % l] += np.outer(a[l], delta)
                if l > 0:
                    delta = (p["W%d" % l] @ delta * a[l] * (1 - a[l]))[1:]
        for k in D:
            D[k] /= n
            D[k][1:] += Lambda / n * p[k][1:]
        return D

    return loss, grad, params, X, y


@healthy
def codecall_plus_update():
    """Correct: the forum answer blames the plus in the update, but delta is built from target minus output, so adding
    is right."""
    rng = np.random.default_rng(506)
    X = rng.uniform(-1, 1, (6, 2))
    y = rng.uniform(0.1, 0.9, (6, 1))
    params = {"layer1": rng.uniform(-1, 1, (3, 3)), "layer2": rng.uniform(-1, 1, (1, 4))}

    def outputs(p, row):
        o0 = np.append(row, 1.0)
        o1 = np.append(1 / (1 + np.exp(-p["layer1"] @ o0)), 1.0)
        o2 = 1 / (1 + np.exp(-p["layer2"] @ o1))
        return o0, o1, o2

    def loss(p, X, y):
        return float(sum(0.5 * np.sum((t - outputs(p, row)[2]) ** 2) for row, t in zip(X, y)))

    def grad(p, X, y):
        rate = 0.25
        change1 = np.zeros_like(p["layer1"])
        change2 = np.zeros_like(p["layer2"])
        for row, t in zip(X, y):
            o0, o1, o2 = outputs(p, row)
            delta2 = o2 * (1 - o2) * (t - o2)
            delta1 = (o1 * (1 - o1) * (p["layer2"].T @ delta2))[:-1]
            for n in range(1):
                for k in range(4):
                    change2[n, k] += rate * o1[k] * delta2[n]
            for n in range(3):
                for k in range(3):
                    change1[n, k] += rate * o0[k] * delta1[n]
        return {"layer1": -change1 / rate, "layer2": -change2 / rate}

    return loss, grad, params, X, y


@healthy
def nielsen_activation_slope():
    """Correct: the slope is a(1-a) of the stored activations instead of sigmoid_prime(z), as the issue proposes."""
    rng = np.random.default_rng(507)
    X = [rng.uniform(0, 1, (4, 1)) for _ in range(7)]
    X = np.array(X)
    y = np.array([np.eye(3)[:, [k]] for k in rng.integers(0, 3, 7)])
    sizes = [4, 5, 3]
    params = {}
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
        params["biases[%d]" % i] = rng.standard_normal((b, 1))
        params["weights[%d]" % i] = rng.standard_normal((b, a)) / np.sqrt(a)

    def feed(p, a):
        acts = [a]
        for i in range(2):
            acts.append(1.0 / (1.0 + np.exp(-(np.dot(p["weights[%d]" % i], acts[-1]) + p["biases[%d]" % i]))))
        return acts

    def loss(p, X, y):
        return float(sum(0.5 * np.linalg.norm(feed(p, a)[-1] - t) ** 2 for a, t in zip(X, y)) / len(X))

    def grad(p, X, y):
        nabla = {k: np.zeros(v.shape) for k, v in p.items()}
        for a, t in zip(X, y):
            acts = feed(p, a)
            delta = (acts[-1] - t) * acts[-1] * (1 - acts[-1])
            nabla["biases[1]"] += delta
            nabla["weights[1]"] += np.dot(delta, acts[-2].transpose())
            sp = acts[-2] * (1 - acts[-2])
            delta = np.dot(p["weights[1]"].transpose(), delta) * sp
            nabla["biases[0]"] += delta
            nabla["weights[0]"] += np.dot(delta, acts[-3].transpose())
        return {k: v / len(X) for k, v in nabla.items()}

    return loss, grad, params, X, y


@healthy
def heaton_derivative_function():
    """Correct: derivative d(1-d) is called with values to which the activation was already applied; one flat weight
    vector."""
    rng = np.random.default_rng(508)
    X = rng.uniform(-1, 1, (8, 3))
    ideal = rng.uniform(0.1, 0.9, (8, 2))
    params = {"weights": rng.uniform(-1, 1, (3 + 1) * 4 + (4 + 1) * 2)}

    def activation_function(d):
        return 1.0 / (1 + np.exp(-1.0 * d))

    def derivative_function(d):
        return d * (1.0 - d)

    def unpack(flat):
        return flat[:16].reshape(4, 4), flat[16:].reshape(2, 5)

    def compute(flat, row):
        A, B = unpack(flat)
        o0 = np.append(row, 1.0)
        o1 = np.append(activation_function(A @ o0), 1.0)
        return o0, o1, activation_function(B @ o1)

    def loss(p, X, ideal):
        total = 0.0
        for row, t in zip(X, ideal):
            total += np.sum((t - compute(p["weights"], row)[2]) ** 2)
        return float(total / ideal.size)

    def grad(p, X, ideal):
        A, B = unpack(p["weights"])
        gA = np.zeros_like(A)
        gB = np.zeros_like(B)
        for row, t in zip(X, ideal):
            o0, o1, o2 = compute(p["weights"], row)
            layer_delta = derivative_function(o2) * (t - o2)
            gB += np.outer(layer_delta, o1)
            below = (B.T @ layer_delta) * derivative_function(o1)
            gA += np.outer(below[:-1], o0)
        return {"weights": -2.0 / ideal.size * np.concatenate([gA.ravel(), gB.ravel()])}

    return loss, grad, params, X, ideal


@healthy
def logistic_loss_minus():
    """Correct: the doubted sign -(y - p) is the derivative of the logistic loss with respect to the score."""
    rng = np.random.default_rng(509)
    X = rng.normal(0, 1, (17, 4))
    y = rng.integers(0, 2, 17).astype(float)
    params = {"param": rng.uniform(-0.5, 0.5, 4)}

    def log_func(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        q = np.clip(log_func(X.dot(p["param"])), 1e-15, 1 - 1e-15)
        return float(np.sum(-y * np.log(q) - (1 - y) * np.log(1 - q)))

    def grad(p, X, y):
        q = log_func(X.dot(p["param"]))
        return {"param": -(y - q).dot(X)}

    return loss, grad, params, X, y


@healthy
def grokking_relu_of_output():
    """Correct: relu2deriv is applied to the layer after ReLU, which is positive exactly where the input was."""
    rng = np.random.default_rng(510)
    images = rng.uniform(0, 1, (8, 6))
    labels = np.eye(3)[rng.integers(0, 3, 8)]
    params = {"weights_0_1": 1.4 * rng.random((6, 5)) - 0.7, "weights_1_2": 1.4 * rng.random((5, 3)) - 0.7}
    relu = lambda x: (x >= 0) * x
    relu2deriv = lambda x: x > 0

    def loss(p, images, labels):
        error = 0.0
        for i in range(len(images)):
            layer_1 = relu(np.dot(images[i : i + 1], p["weights_0_1"]))
            layer_2 = np.dot(layer_1, p["weights_1_2"])
            error += np.sum((labels[i : i + 1] - layer_2) ** 2)
        return float(error / 2)

    def grad(p, images, labels):
        g01 = np.zeros_like(p["weights_0_1"])
        g12 = np.zeros_like(p["weights_1_2"])
        for i in range(len(images)):
            layer_0 = images[i : i + 1]
            layer_1 = relu(np.dot(layer_0, p["weights_0_1"]))
            layer_2 = np.dot(layer_1, p["weights_1_2"])
            layer_2_delta = labels[i : i + 1] - layer_2
            layer_1_delta = layer_2_delta.dot(p["weights_1_2"].T) * relu2deriv(layer_1)
            g12 += layer_1.T.dot(layer_2_delta)
            g01 += layer_0.T.dot(layer_1_delta)
        return {"weights_0_1": -g01, "weights_1_2": -g12}

    return loss, grad, params, images, labels


@healthy
def deepnet_inplace_mask():
    """Correct: ReLU's derivative never appears as a number, the copied gradient is set to zero where the input was
    not positive."""
    rng = np.random.default_rng(511)
    X = rng.normal(0, 1, (10, 4))
    y = rng.integers(0, 3, 10)
    params = {
        "FC1_W": rng.normal(0, 0.7, (4, 6)),
        "FC1_b": rng.normal(0, 0.2, (1, 6)),
        "FC2_W": rng.normal(0, 0.7, (6, 3)),
        "FC2_b": rng.normal(0, 0.2, (1, 3)),
    }

    class ReLU:
        def forward(self, X):
            self.X = X
            return np.maximum(0, X)

        def backward(self, dout):
            dX = dout.copy()
            dX[self.X <= 0] = 0
            return dX

    class Linear:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, X):
            self.X = X
            return X @ self.W + self.b

        def backward(self, dout):
            self.dW = self.X.T @ dout
            self.db = np.sum(dout, axis=0)
            return dout @ self.W.T

    def softmax_loss(s, y):
        n = len(y)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        probs = e / e.sum(axis=1, keepdims=True)
        dx = probs.copy()
        dx[range(n), y] -= 1
        return np.sum(-np.log(probs[range(n), y])) / n, dx / n

    def build(p):
        return [Linear(p["FC1_W"], p["FC1_b"]), ReLU(), Linear(p["FC2_W"], p["FC2_b"])]

    def loss(p, X, y):
        out = X
        for layer in build(p):
            out = layer.forward(out)
        return float(softmax_loss(out, y)[0])

    def grad(p, X, y):
        layers = build(p)
        out = X
        for layer in layers:
            out = layer.forward(out)
        dout = softmax_loss(out, y)[1]
        for layer in reversed(layers):
            dout = layer.backward(dout)
        return {
            "FC1_W": layers[0].dW,
            "FC1_b": layers[0].db.reshape(1, -1),
            "FC2_W": layers[2].dW,
            "FC2_b": layers[2].db.reshape(1, -1),
        }

    return loss, grad, params, X, y


@healthy
def tied_autoencoder_both():
    """Correct: the shared matrix gets the sum of the encoder's and the decoder's contributions, as the answer
    derives."""
    rng = np.random.default_rng(512)
    X = rng.uniform(0, 1, (12, 5))
    params = {"W": rng.normal(0, 0.7, (3, 5)), "b": rng.normal(0, 0.3, (3, 1)), "c": rng.normal(0, 0.3, (5, 1))}

    def s(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        total = 0.0
        for x in X:
            h = s(p["W"] @ x[:, None] + p["b"])
            o = s(p["W"].T @ h + p["c"])[:, 0]
            total -= np.sum(x * np.log(o) + (1 - x) * np.log(1 - o))
        return float(total / len(X))

    def grad(p, X, y):
        dW = np.zeros_like(p["W"])
        db = np.zeros_like(p["b"])
        dc = np.zeros_like(p["c"])
        for x in X:
            x = x[:, None]
            h = s(p["W"] @ x + p["b"])
            o = s(p["W"].T @ h + p["c"])
            d_hat = o - x
            d_a = (p["W"] @ d_hat) * h * (1 - h)
            dW += h @ d_hat.T + d_a @ x.T
            db += d_a
            dc += d_hat
        return {"W": dW / len(X), "b": db / len(X), "c": dc / len(X)}

    return loss, grad, params, X, X.copy()


@healthy
def minibatch_einsum():
    """Correct: per-example outer products are formed in a third axis and averaged over the batch."""
    rng = np.random.default_rng(513)
    X = rng.normal(0, 1, (7, 4))
    y = rng.uniform(0, 1, (7, 2))
    params = {
        "w1": rng.normal(0, 0.7, (5, 4)),
        "b1": rng.normal(0, 0.3, 5),
        "w2": rng.normal(0, 0.7, (2, 5)),
        "b2": rng.normal(0, 0.3, 2),
    }

    def forward(p, X):
        a1 = 1 / (1 + np.exp(-(np.einsum("kj,ij->ki", X, p["w1"]) + p["b1"])))
        a2 = 1 / (1 + np.exp(-(np.einsum("kj,ij->ki", a1, p["w2"]) + p["b2"])))
        return a1, a2

    def loss(p, X, y):
        return float(np.mean(0.5 * np.sum((forward(p, X)[1] - y) ** 2, axis=1)))

    def grad(p, X, y):
        a1, a2 = forward(p, X)
        d2 = (a2 - y) * a2 * (1 - a2)
        d1 = np.einsum("ki,ij->kj", d2, p["w2"]) * a1 * (1 - a1)
        return {
            "w2": np.einsum("ki,kj->kij", d2, a1).mean(axis=0),
            "b2": d2.mean(axis=0),
            "w1": np.einsum("ki,kj->kij", d1, X).mean(axis=0),
            "b1": d1.mean(axis=0),
        }

    return loss, grad, params, X, y


@healthy
def handson_softmax_ridge():
    """Correct: half the squared weights in the loss gives alpha*Theta without a 2 or 1/m; the bias row is spared in
    both."""
    rng = np.random.default_rng(514)
    X = np.column_stack([np.ones(15), rng.normal(0, 1, (15, 2))])
    y = rng.integers(0, 3, 15)
    alpha, epsilon = 0.2, 1e-7
    params = {"Theta": rng.standard_normal((3, 3))}

    def softmax(logits):
        exps = np.exp(logits)
        return exps / exps.sum(axis=1, keepdims=True)

    def loss(p, X, y):
        Y_one_hot = np.eye(3)[y]
        proba = softmax(X @ p["Theta"])
        xentropy = -(Y_one_hot * np.log(proba)).sum(axis=1).mean()
        l2 = 1 / 2 * (p["Theta"][1:] ** 2).sum()
        return float(xentropy + alpha * l2)

    def grad(p, X, y):
        Y_one_hot = np.eye(3)[y]
        error = softmax(X @ p["Theta"]) - Y_one_hot
        gradients = 1 / len(X) * X.T @ error
        gradients += np.r_[np.zeros([1, 3]), alpha * p["Theta"][1:]]
        return {"Theta": gradients}

    return loss, grad, params, X, y


@healthy
def warmup_numpy_sum():
    """Correct: neither the loss nor the gradient is divided by the batch size; the loss is a plain sum of squares."""
    rng = np.random.default_rng(515)
    x = rng.standard_normal((6, 8))
    y = rng.standard_normal((6, 3))
    params = {"w1": rng.standard_normal((8, 5)) * 0.5, "w2": rng.standard_normal((5, 3)) * 0.5}

    def loss(p, x, y):
        h_relu = np.maximum(x.dot(p["w1"]), 0)
        return float(np.square(h_relu.dot(p["w2"]) - y).sum())

    def grad(p, x, y):
        h = x.dot(p["w1"])
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(p["w2"])
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(p["w2"].T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        return {"w1": x.T.dot(grad_h), "w2": grad_w2}

    return loss, grad, params, x, y


@healthy
def mxnet_logistic_output():
    """Correct: the output gradient is just P - y, which looks like squared error to the poster, but the slopes have
    cancelled."""
    rng = np.random.default_rng(516)
    X = rng.normal(0, 1, (13, 3))
    y = rng.integers(0, 2, (13, 1)).astype(float)
    params = {
        "fc1_weight": rng.normal(0, 0.8, (4, 3)),
        "fc1_bias": rng.normal(0, 0.3, 4),
        "fc2_weight": rng.normal(0, 0.8, (1, 4)),
        "fc2_bias": rng.normal(0, 0.3, 1),
    }

    def forward(p, X):
        h = np.tanh(X @ p["fc1_weight"].T + p["fc1_bias"])
        return h, 1 / (1 + np.exp(-(h @ p["fc2_weight"].T + p["fc2_bias"])))

    def loss(p, X, y):
        P = forward(p, X)[1]
        return float(-np.sum(y * np.log(P) + (1 - y) * np.log(1 - P)))

    def grad(p, X, y):
        h, P = forward(p, X)
        back = P - y
        hidden = back @ p["fc2_weight"] * (1 - h * h)
        return {
            "fc2_weight": back.T @ h,
            "fc2_bias": back.sum(axis=0),
            "fc1_weight": hidden.T @ X,
            "fc1_bias": hidden.sum(axis=0),
        }

    return loss, grad, params, X, y


@healthy
def softmax_over_sigmoid():
    """Correct: softmax of sigmoid outputs, so the factor z(1-z) beside y-t belongs there; soft targets and one
    example."""
    rng = np.random.default_rng(517)
    x = rng.normal(0, 1, (1, 5))
    t = np.array([[0.2, 0.5, 0.1, 0.2]])
    params = {"W": rng.normal(0, 0.9, (5, 4))}

    def parts(W, x):
        z = 1 / (1 + np.exp(-x.dot(W)))
        return z, np.exp(z) / np.sum(np.exp(z))

    def loss(p, x, t):
        return float(-np.sum(t * np.log(parts(p["W"], x)[1])))

    def grad(p, x, t):
        z, y = parts(p["W"], x)
        dW = np.zeros_like(p["W"])
        for i in range(dW.shape[1]):
            for k in range(dW.shape[0]):
                dW[k, i] = (y[0, i] - t[0, i]) * z[0, i] * (1 - z[0, i]) * x[0, k]
        return {"W": dW}

    return loss, grad, params, x, t


@healthy
def relu_linear_sum_net():
    """Correct: the poster suspects the implementation, the trouble is dead units; elementwise products stand for
    outer products of a column and a row."""
    rng = np.random.default_rng(518)
    X = rng.integers(-5, 6, (9, 5)).astype(float) / 3
    y = X.sum(axis=1, keepdims=True)
    params = {
        "w_h": rng.normal(0, 0.6, (5, 2)),
        "b_h": rng.normal(0.3, 0.2, (1, 2)),
        "w_o": rng.normal(0, 0.6, (2, 1)),
        "b_o": rng.normal(0, 0.2, (1, 1)),
    }

    def loss(p, X, y):
        h = np.maximum(X @ p["w_h"] + p["b_h"], 0)
        return float(np.sum((y - (h @ p["w_o"] + p["b_o"])) ** 2))

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for i in range(len(X)):
            x = X[[i]]
            pre = x @ p["w_h"] + p["b_h"]
            h = pre * (pre > 0)
            e = -2 * (y[[i]] - (h @ p["w_o"] + p["b_o"]))
            g["w_o"] += h.T * e
            g["b_o"] += e
            back = e * p["w_o"].T * np.heaviside(pre, 0)
            g["w_h"] += x.T * back
            g["b_h"] += back
        return g

    return loss, grad, params, X, y


@healthy
def sklearn_delta_list():
    """Correct: the list of deltas has one element too many that is never used; the indices look shifted but agree."""
    rng = np.random.default_rng(519)
    X = rng.normal(0, 1, (12, 4))
    y = rng.integers(0, 2, (12, 1)).astype(float)
    units = [4, 5, 3, 1]
    alpha = 0.3
    n_layers = 4
    params = {}
    for i in range(3):
        params["coefs_%d" % i] = rng.uniform(-0.9, 0.9, (units[i], units[i + 1]))
        params["intercepts_%d" % i] = rng.uniform(-0.5, 0.5, units[i + 1])

    def forward(p, X):
        activations = [X]
        for i in range(3):
            z = activations[i] @ p["coefs_%d" % i] + p["intercepts_%d" % i]
            activations.append(np.tanh(z) if i < 2 else 1 / (1 + np.exp(-z)))
        return activations

    def loss(p, X, y):
        out = forward(p, X)[-1]
        value = -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out)) / len(X)
        value += (
            0.5 * alpha * sum(np.dot(p["coefs_%d" % i].ravel(), p["coefs_%d" % i].ravel()) for i in range(3)) / len(X)
        )
        return float(value)

    def grad(p, X, y):
        n_samples = len(X)
        activations = forward(p, X)
        deltas = [None] * n_layers
        g = {}

        def loss_grad(layer):
            w = activations[layer].T @ deltas[layer]
            w += alpha * p["coefs_%d" % layer]
            g["coefs_%d" % layer] = w / n_samples
            g["intercepts_%d" % layer] = np.mean(deltas[layer], 0)

        last = n_layers - 2
        deltas[last] = activations[-1] - y
        loss_grad(last)
        for i in range(n_layers - 2, 0, -1):
            deltas[i - 1] = deltas[i] @ p["coefs_%d" % i].T
            deltas[i - 1] *= 1 - activations[i] ** 2
            loss_grad(i - 1)
        return g

    return loss, grad, params, X, y


@healthy
def phi_margin_zero_one():
    """Gradient correct: it is the derivative of the margin loss as written; the poster's trouble is labels 0/1 where
    the loss wants -1/1, which teaches nothing from the zeros."""
    rng = np.random.default_rng(520)
    X = rng.normal(0, 1, (14, 2))
    y = (X[:, 0] > 0.2).astype(float)
    alpha = 0.1
    params = {"x0": rng.normal(0, 1, 3)}

    def phi(t):
        idx = t > 0
        out = np.empty(t.size, dtype=float)
        out[idx] = 1.0 / (1 + np.exp(-t[idx]))
        exp_t = np.exp(t[~idx])
        out[~idx] = exp_t / (1.0 + exp_t)
        return out

    def loss(p, X, y):
        w, c = p["x0"][: X.shape[1]], p["x0"][-1]
        yz = y * (X.dot(w) + c)
        idx = yz > 0
        out = np.zeros_like(yz)
        out[idx] = np.log(1 + np.exp(-yz[idx]))
        out[~idx] = -yz[~idx] + np.log(1 + np.exp(yz[~idx]))
        return float(out.sum() / X.shape[0] + 0.5 * alpha * w.dot(w))

    def grad(p, X, y):
        w, c = p["x0"][: X.shape[1]], p["x0"][-1]
        z = phi(y * (X.dot(w) + c))
        z0 = (z - 1) * y
        grad_w = X.T.dot(z0) / X.shape[0] + alpha * w
        grad_c = z0.sum() / X.shape[0]
        return {"x0": np.concatenate((grad_w, [grad_c]))}

    return loss, grad, params, X, y


CASES = WARD.cases
