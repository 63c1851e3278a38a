"""A sixth ward: the programs of 58 more threads, pull requests and issues, from ten languages.

Each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


@ill("different_loss", "forward_ignores_params", "softmax_jacobian")
def kd_mnist_relu_softmax():
    """Softmax normalises over the examples (built-in sum over rows) while the backward pass uses a-y, which belongs
    to a softmax over classes."""
    rng = np.random.default_rng(101)
    m = 12
    x = rng.random((m, 7))
    labels = rng.integers(0, 4, m)

    def ReLU(z):
        return np.maximum(z, 0)

    def dev_ReLU(z):
        return z > 0

    def Softmax(z):
        return np.exp(z) / sum(np.exp(z))

    def one_hotencode(y):
        out = np.zeros((y.size, 4))
        out[np.arange(y.size), y] = 1
        return out

    def f_propagation(p, a0):
        z1 = a0.dot(p["w1"]) + p["b1"]
        a1 = ReLU(z1)
        z2 = a1.dot(p["w2"]) + p["b2"]
        return z1, a1, z2, Softmax(z2)

    def loss(p, X, y):
        a2 = f_propagation(p, X)[3]
        return float(-np.sum(one_hotencode(y) * np.log(a2)) / len(X))

    def grad(p, X, y):
        m = len(X)
        z1, a1, z2, a2 = f_propagation(p, X)
        y_hat = one_hotencode(y)
        dadc = a2 - y_hat
        dw2 = 1 / m * a1.T.dot(dadc)
        db2 = 1 / m * np.sum(dadc, axis=0, keepdims=True)
        back = p["w2"].dot(dadc.T).T * dev_ReLU(z1)
        dw1 = 1 / m * X.T.dot(back)
        db1 = 1 / m * np.sum(back, axis=0, keepdims=True)
        return {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}

    params = {
        "w1": rng.random((7, 5)) - 0.5,
        "b1": rng.random((1, 5)) - 0.5,
        "w2": rng.random((5, 4)) - 0.5,
        "b2": rng.random((1, 4)) - 0.5,
    }
    return loss, grad, params, x, labels


@healthy
def ds54364_three_sigmoid_layers():
    """Correct for one example as a column: cost derivative times a(1-a), bias gradient is the delta itself."""
    rng = np.random.default_rng(102)

    class Layer:
        def __init__(self, w, b):
            self.weights, self.bias = w, b

    class NeuralNetwork:
        def __init__(self, p):
            self.layer1 = Layer(p["layer1.weights"], p["layer1.bias"])
            self.layer2 = Layer(p["layer2.weights"], p["layer2.bias"])
            self.layer3 = Layer(p["layer3.weights"], p["layer3.bias"])

        def sigmoid(self, x):
            return 1 / (1 + np.exp(-x))

        def derivative_sigmoid(self, x):
            return x * (1 - x)

        def forward(self, inputs):
            a1 = self.sigmoid(np.dot(self.layer1.weights, inputs) + self.layer1.bias)
            a2 = self.sigmoid(np.dot(self.layer2.weights, a1) + self.layer2.bias)
            a3 = self.sigmoid(np.dot(self.layer3.weights, a2) + self.layer3.bias)
            return a1, a2, a3

        def get_cost_value(self, Y_hat, Y):
            m = Y_hat.shape[1]
            cost = -1 / m * (np.dot(Y, np.log(Y_hat).T) + np.dot(1 - Y, np.log(1 - Y_hat).T))
            return float(np.squeeze(cost))

        def get_cost_derivative(self, Y_hat, Y):
            return -(np.divide(Y, Y_hat) - np.divide(1 - Y, 1 - Y_hat))

        def backward(self, inputs, labels):
            a1, a2, a3 = self.forward(inputs)
            d3 = self.derivative_sigmoid(a3) * self.get_cost_derivative(a3, labels)
            d2 = np.dot(self.layer3.weights.T, d3) * self.derivative_sigmoid(a2)
            d1 = np.dot(self.layer2.weights.T, d2) * self.derivative_sigmoid(a1)
            return {
                "layer1.weights": np.dot(d1, inputs.T),
                "layer1.bias": d1,
                "layer2.weights": np.dot(d2, a1.T),
                "layer2.bias": d2,
                "layer3.weights": np.dot(d3, a2.T),
                "layer3.bias": d3,
            }

    def loss(p, X, y):
        net = NeuralNetwork(p)
        return net.get_cost_value(net.forward(X)[2], y)

    def grad(p, X, y):
        return NeuralNetwork(p).backward(X, y)

    params = {}
    for k, (o, i) in enumerate([(5, 2), (5, 5), (1, 5)], 1):
        params[f"layer{k}.weights"] = rng.random((o, i))
        params[f"layer{k}.bias"] = rng.random((o, 1))
    return loss, grad, params, np.array([[0.7], [-1.2]]), np.array([[1.0]])


def _ds25394(sizes, X, Y, seed):
    rng = np.random.default_rng(seed)
    names = range(1, len(sizes))
    params = {}
    for d in names:
        params[f"w{d}"] = rng.normal(0, 1, (sizes[d], sizes[d - 1]))
        params[f"b{d}"] = rng.normal(0, 0.5, (sizes[d], 1))

    def forward(p, X):
        activations, zs = [X], [None]
        h = X
        for d in names:
            z = p[f"w{d}"].dot(h) + p[f"b{d}"]
            h = 1 / (1 + np.exp(-z))
            zs.append(z)
            activations.append(h)
        return h, activations, zs

    def loss(p, X, Y):
        h = forward(p, X)[0]
        return float(-np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / X.shape[1])

    def grad(p, X, Y):
        g = {}
        h, activations, zs = forward(p, X)
        m = X.shape[1]
        da = -(np.divide(Y, h) - np.divide(1 - Y, 1 - h))
        for d in list(names)[::-1]:
            a = activations[d]
            dz = da * a * (1 - a)
            g[f"w{d}"] = 1.0 / m * dz.dot(activations[d].T)
            g[f"b{d}"] = 1.0 / m * np.sum(dz, axis=1, keepdims=True)
            da = p[f"w{d}"].T.dot(dz)
        return g

    return loss, grad, params, X, Y


@ill("wrong_cached_input")
def ds25394_single_neuron():
    """Dw uses the activation of the layer itself instead of its input."""
    return _ds25394(
        [1, 1], np.array([[-3.0, -2.0, 3.0, 2.0, -0.5, 1.0]]), np.array([[0.0, 0.0, 1.0, 1.0, 1.0, 0.0]]), 103
    )


@ill("wrong_cached_input")
def ds25394_square_layers():
    """As ds25394_single_neuron with a hidden layer: every dw uses activations[d] in place of activations[d-1], which
    fits because all layers are equally wide."""
    rng = np.random.default_rng(104)
    return _ds25394([3, 3, 3], rng.normal(size=(3, 9)), (rng.random((3, 9)) > 0.5).astype(float), 105)


@ill("unknown", "transposed", "delta_not_carried")
def xszz_java_xor():
    """The four input weights get the delta of the other hidden unit / the input of another weight (index confusion in
    hand-written lines)."""
    InputOne = np.array([0.0, 0.0, 1.0, 1.0])
    InputTwo = np.array([0.0, 1.0, 0.0, 1.0])
    Result = np.array([0.0, 1.0, 1.0, 0.0])

    def sig(v):
        return 1 / (1 + np.exp(-v))

    def pass_(W, a, b):
        Y1 = sig(a * W[0] + b * W[1] + W[6])
        Y2 = sig(a * W[2] + b * W[3] + W[7])
        Y3 = sig(Y1 * W[4] + Y2 * W[5] + W[8])
        return Y1, Y2, Y3

    def loss(p, X, y):
        total = 0.0
        for i in range(len(y)):
            total += 0.5 * (y[i] - pass_(p["Weight"], X[i, 0], X[i, 1])[2]) ** 2
        return float(total)

    def grad(p, X, y):
        W = p["Weight"]
        change = np.zeros(9)
        for i in range(len(y)):
            Y1, Y2, Y3 = pass_(W, X[i, 0], X[i, 1])
            Delta3 = Y3 * (1 - Y3) * (y[i] - Y3)
            Delta2 = Y2 * (1 - Y2) * (Delta3 * W[5])
            Delta1 = Y1 * (1 - Y1) * (Delta3 * W[4])
            change[0] += Delta2 * X[i, 0]
            change[2] += Delta2 * X[i, 1]
            change[1] += Delta1 * X[i, 0]
            change[3] += Delta1 * X[i, 1]
            change[4] += Delta3 * Y1
            change[5] += Delta3 * Y2
            change[6] += Delta1
            change[7] += Delta2
            change[8] += Delta3
        return {"Weight": -change}

    rng = np.random.default_rng(106)
    return loss, grad, {"Weight": rng.uniform(-1, 1, 9)}, np.c_[InputOne, InputTwo], Result


@healthy
def techfeed_parity_perceptron():
    """Correct: constant bias of 1 that is not trained; the asker's trouble (weights overwritten instead of increased)
    lies outside the gradient."""
    rng = np.random.default_rng(107)
    pats = np.array([[int(c) for c in f"{k:04b}"] for k in range(16)], dtype=float)
    par = pats.sum(axis=1) % 2

    def Sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def feed(p, x):
        hidden = np.zeros(4)
        for h in range(4):
            v = 1.0
            for i in range(4):
                v += p["in_hid"][i][h] * x[i]
            hidden[h] = Sigmoid(v)
        v = 1.0
        for h in range(4):
            v += p["hid_out"][h] * hidden[h]
        return hidden, Sigmoid(v)

    def loss(p, X, y):
        return float(sum(0.5 * (t - feed(p, x)[1]) ** 2 for x, t in zip(X, y)))

    def grad(p, X, y):
        g_in, g_out = np.zeros((4, 4)), np.zeros(4)
        for x, t in zip(X, y):
            hidden, out = feed(p, x)
            error = t - out
            outputDelta = error * out * (1 - out)
            for h in range(4):
                err = outputDelta * p["hid_out"][h]
                hiddenDelta = err * hidden[h] * (1 - hidden[h])
                g_out[h] -= outputDelta * hidden[h]
                for i in range(4):
                    g_in[i][h] -= hiddenDelta * x[i]
        return {"in_hid": g_in, "hid_out": g_out}

    params = {"in_hid": rng.uniform(-1, 1, (4, 4)), "hid_out": rng.uniform(-1, 1, 4)}
    return loss, grad, params, pats, par


@healthy
def stats188678_linear_unit():
    """Correct: the asker compared with the slope of the output instead of the loss; one weight has gradient 0 because
    its input is 0."""

    def output(p, x):
        return float(np.dot(p["w"], x) + p["b"][0])

    def loss(p, X, y):
        return 0.5 * (y - output(p, X)) ** 2

    def grad(p, X, y):
        err = -(y - output(p, X))
        return {"w": err * X, "b": np.array([err])}

    return loss, grad, {"w": np.array([0.34, 0.56]), "b": np.array([0.54])}, np.array([1.0, 0.0]), 0.1056


@healthy
def sudo_train_nn():
    """Correct: x(1-x) is suspected in the issue but is applied to the outputs."""

    class NeuronLayer:
        def __init__(self, w):
            self.synaptic_weights = w

    class NeuralNetwork:
        def __init__(self, p):
            self.layer1, self.layer2 = NeuronLayer(p["layer1"]), NeuronLayer(p["layer2"])

        def sigmoid(self, x):
            return 1 / (1 + np.exp(-x))

        def sigmoid_derivative(self, x):
            return x * (1 - x)

        def think(self, inputs):
            o1 = self.sigmoid(np.dot(inputs, self.layer1.synaptic_weights))
            return o1, self.sigmoid(np.dot(o1, self.layer2.synaptic_weights))

        def adjustments(self, inputs, outputs):
            o1, o2 = self.think(inputs)
            layer2_delta = (outputs - o2) * self.sigmoid_derivative(o2)
            layer1_error = layer2_delta.dot(self.layer2.synaptic_weights.T)
            layer1_delta = layer1_error * self.sigmoid_derivative(o1)
            return inputs.T.dot(layer1_delta), o1.T.dot(layer2_delta)

    def loss(p, X, y):
        return float(0.5 * np.sum((y - NeuralNetwork(p).think(X)[1]) ** 2))

    def grad(p, X, y):
        a1, a2 = NeuralNetwork(p).adjustments(X, y)
        return {"layer1": -a1, "layer2": -a2}

    rng = np.random.default_rng(108)
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]], dtype=float)
    y = np.array([[0, 1, 1, 1, 1, 0, 0]], dtype=float).T
    return loss, grad, {"layer1": 2 * rng.random((3, 4)) - 1, "layer2": 2 * rng.random((4, 1)) - 1}, X, y


@ill("activation_formula_on_preactivation")
def interviews_sigmoid_class():
    """The Sigmoid layer keeps its input and forms x(1-x) from it instead of from the output."""

    class Sigmoid:
        def forward(self, x):
            self.x = x
            return 1 / (1 + np.exp(-x))

        def backward(self, grad):
            return self.x * (1 - self.x) * grad

    class Linear:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def forward(self, x):
            self.x = x
            return x @ self.w + self.b

        def backward(self, grad):
            self.dw = self.x.T @ grad
            self.db = grad.sum(axis=0)
            return grad @ self.w.T

    class Model:
        def __init__(self, p):
            self.l1, self.s, self.l2 = Linear(p["fc1.w"], p["fc1.b"]), Sigmoid(), Linear(p["fc2.w"], p["fc2.b"])

        def __call__(self, x):
            return self.l2.forward(self.s.forward(self.l1.forward(x)))

    def loss(p, X, y):
        return float(np.mean((Model(p)(X) - y) ** 2))

    def grad(p, X, y):
        net = Model(p)
        out = net(X)
        g = 2 * (out - y) / out.size
        net.l1.backward(net.s.backward(net.l2.backward(g)))
        return {"fc1.w": net.l1.dw, "fc1.b": net.l1.db, "fc2.w": net.l2.dw, "fc2.b": net.l2.db}

    rng = np.random.default_rng(109)
    X = rng.normal(size=(11, 4))
    y = rng.normal(size=(11, 2))
    params = {
        "fc1.w": rng.normal(0, 0.7, (4, 6)),
        "fc1.b": rng.normal(0, 0.3, 6),
        "fc2.w": rng.normal(0, 0.7, (6, 2)),
        "fc2.b": rng.normal(0, 0.3, 2),
    }
    return loss, grad, params, X, y


@healthy
def siraj_single_layer():
    """Correct: the pull request mends a derivative that takes the output already."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(x):
        return x * (1 - x)

    def loss(p, X, y):
        out = sigmoid(np.dot(X, p["synaptic_weights"]))
        return float(np.sum((y - out) ** 2) / 2)

    def grad(p, X, y):
        out = sigmoid(np.dot(X, p["synaptic_weights"]))
        error = y - out
        adjustment = np.dot(X.T, error * sigmoid_derivative(out))
        return {"synaptic_weights": -adjustment}

    rng = np.random.default_rng(110)
    X = np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], dtype=float)
    return loss, grad, {"synaptic_weights": 2 * rng.random((3, 1)) - 1}, X, np.array([[0.0, 1.0, 1.0, 0.0]]).T


@ill("activation_slope_of_error", "unknown")
def yizt_sigmoid_backward():
    """The backward function knows only the arriving error: it returns sigmoid(1-sigmoid(error)) in place of error
    times slope at z."""

    def sigmoid_forward(z):
        return 1 / (1 + np.exp(-z))

    def sigmoid_backward(next_dz):
        return sigmoid_forward(1 - sigmoid_forward(next_dz))

    def fc_forward(z, W, b):
        return np.dot(z, W) + b

    def fc_backward(next_dz, W, z):
        return np.dot(z.T, next_dz), np.sum(next_dz, axis=0), np.dot(next_dz, W.T)

    def loss(p, X, y):
        z = fc_forward(sigmoid_forward(fc_forward(X, p["W1"], p["b1"])), p["W2"], p["b2"])
        return float(0.5 * np.sum((z - y) ** 2) / len(X))

    def grad(p, X, y):
        z1 = fc_forward(X, p["W1"], p["b1"])
        a1 = sigmoid_forward(z1)
        z2 = fc_forward(a1, p["W2"], p["b2"])
        dz2 = (z2 - y) / len(X)
        dW2, db2, da1 = fc_backward(dz2, p["W2"], a1)
        dz1 = sigmoid_backward(da1)
        dW1, db1, _ = fc_backward(dz1, p["W1"], X)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    rng = np.random.default_rng(111)
    X = rng.normal(size=(10, 3))
    params = {
        "W1": rng.normal(size=(3, 5)),
        "b1": rng.normal(0, 0.2, 5),
        "W2": rng.normal(size=(5, 2)),
        "b2": rng.normal(0, 0.2, 2),
    }
    return loss, grad, params, X, rng.normal(size=(10, 2))


@ill("activation_slope_of_error")
def yizt_tanh_backward():
    """The backward of tanh is 1-tanh(error)^2: slope taken at the error, which itself is not multiplied in."""

    def tanh_backward(next_dz):
        return 1 - np.square(np.tanh(next_dz))

    def forward(p, X):
        z1 = np.dot(X, p["W1"]) + p["b1"]
        return z1, np.tanh(z1), np.dot(np.tanh(z1), p["W2"]) + p["b2"]

    def loss(p, X, y):
        d = forward(p, X)[2] - y
        return float(0.5 * np.sum(d**2) / len(X))

    def grad(p, X, y):
        z1, a1, z2 = forward(p, X)
        dz2 = (z2 - y) / len(X)
        da1 = np.dot(dz2, p["W2"].T)
        dz1 = tanh_backward(da1)
        return {"W1": np.dot(X.T, dz1), "b1": dz1.sum(axis=0), "W2": np.dot(a1.T, dz2), "b2": dz2.sum(axis=0)}

    rng = np.random.default_rng(112)
    X = rng.normal(size=(9, 4))
    params = {
        "W1": rng.normal(0, 0.6, (4, 6)),
        "b1": rng.normal(0, 0.2, 6),
        "W2": rng.normal(0, 0.6, (6, 1)),
        "b2": rng.normal(0, 0.2, 1),
    }
    return loss, grad, params, X, rng.normal(size=(9, 1))


@healthy
def drbigmau_sigmoid():
    """Correct: what is called inputs in the Sigmoid class holds the output."""

    class Sigmoid:
        def forward(self, M):
            sigm = np.clip(1 / (1 + np.exp(-M)), 1e-7, 1 - 1e-7)
            self.output = sigm
            self.inputs = sigm

        def backward(self, dvalues):
            sigm = self.inputs
            deriv = np.multiply(sigm, (1 - sigm))
            self.dinputs = np.multiply(deriv, dvalues)

    def run(p, X):
        layers = []
        a = X
        for k in ("1", "2"):
            s = Sigmoid()
            s.forward(a @ p["W" + k] + p["b" + k])
            layers.append((a, s))
            a = s.output
        return a, layers

    def loss(p, X, y):
        return float(np.mean((run(p, X)[0] - y) ** 2))

    def grad(p, X, y):
        a, layers = run(p, X)
        d = 2 * (a - y) / a.size
        g = {}
        for k in ("2", "1"):
            inp, s = layers[int(k) - 1]
            s.backward(d)
            g["W" + k] = inp.T @ s.dinputs
            g["b" + k] = np.sum(s.dinputs, axis=0, keepdims=True)
            d = s.dinputs @ p["W" + k].T
        return g

    rng = np.random.default_rng(201)
    X = rng.normal(size=(14, 3))
    params = {
        "W1": rng.normal(size=(3, 4)),
        "b1": rng.normal(size=(1, 4)),
        "W2": rng.normal(size=(4, 2)),
        "b2": rng.normal(size=(1, 2)),
    }
    return loss, grad, params, X, rng.random((14, 2))


@ill("activation_slope_extra", "loss_in_place_of_slope")
def river_hinge():
    """Slope of the hinge loss given as -y*prediction (the term of the loss) instead of -y."""

    def hinge(y_true, y_pred):
        return max(0.0, 1 - y_pred * y_true)

    def hinge_gradient(y_true, y_pred):
        if y_pred * y_true < 1:
            return -y_pred * y_true
        return 0.0

    def loss(p, X, y):
        return float(np.mean([hinge(t, float(np.dot(p["weights"], x) + p["intercept"][0])) for x, t in zip(X, y)]))

    def grad(p, X, y):
        gw, gi = np.zeros_like(p["weights"]), np.zeros(1)
        for x, t in zip(X, y):
            y_pred = float(np.dot(p["weights"], x) + p["intercept"][0])
            g = hinge_gradient(t, y_pred)
            gw += g * x
            gi += g
        return {"weights": gw / len(y), "intercept": gi / len(y)}

    rng = np.random.default_rng(202)
    X = rng.normal(size=(20, 4))
    y = np.where(X[:, 0] - X[:, 1] + rng.normal(0, 0.5, 20) > 0, 1.0, -1.0)
    return loss, grad, {"weights": rng.normal(0, 0.6, 4), "intercept": np.array([0.2])}, X, y


@healthy
def mantasu_svm_vectorized():
    """Correct: the queried subtraction of the row sum at the true class (true class counted with margin 1, hence the
    -1 in the loss)."""
    reg = 0.05

    def loss(p, X, y):
        W = p["W"]
        Y_hat = X @ W
        right = Y_hat[range(len(y)), y].reshape(-1, 1)
        margins = np.maximum(0, Y_hat - right + 1)
        return float(margins.sum() / len(y) - 1 + reg * np.sum(W**2))

    def grad(p, X, y):
        W = p["W"]
        N = len(y)
        Y_hat = X @ W
        right = Y_hat[range(N), y].reshape(-1, 1)
        margins = np.maximum(0, Y_hat - right + 1)
        dW = (margins > 0).astype(int)
        dW[range(N), y] -= dW.sum(axis=1)
        return {"W": X.T @ dW / N + 2 * reg * W}

    rng = np.random.default_rng(203)
    return loss, grad, {"W": rng.normal(0, 0.4, (6, 4))}, rng.normal(size=(18, 6)), rng.integers(0, 4, 18)


@healthy
def mantasu_softmax_naive():
    """Correct: softmax minus 1 at the true class, queried because the diagonal of the Jacobian is s(1-s)."""
    reg = 0.02

    def probs(s):
        s = np.exp(s - s.max())
        return s / s.sum()

    def loss(p, X, y):
        W = p["W"]
        total = 0.0
        for i in range(len(y)):
            total -= np.log(probs(X[i] @ W)[y[i]])
        return float(total / len(y) + reg * np.sum(W**2))

    def grad(p, X, y):
        W = p["W"]
        dW = np.zeros_like(W)
        for i in range(len(y)):
            softmax = probs(X[i] @ W)
            softmax[y[i]] -= 1
            dW += np.outer(X[i], softmax)
        dW = dW / len(y) + 2 * reg * W
        return {"W": dW}

    rng = np.random.default_rng(204)
    return loss, grad, {"W": rng.normal(0, 0.5, (5, 3))}, rng.normal(size=(15, 5)), rng.integers(0, 3, 15)


@ill("wrong_matrix_carried_back", "delta_not_carried")
def weizhi_eight_weights():
    """The gradients of the upper weights are carried back instead of delta times upper weight (w5..w8 never
    enter)."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def forward(w, x1, x2):
        w1, w2, w3, w4, w5, w6, w7, w8 = w
        h1 = sigmoid(w1 * x1 + w3 * x2)
        h2 = sigmoid(w2 * x1 + w4 * x2)
        o1 = sigmoid(w5 * h1 + w7 * h2)
        o2 = sigmoid(w6 * h1 + w8 * h2)
        return h1, h2, o1, o2

    def loss(p, X, y):
        _, _, o1, o2 = forward(p["w"], X[0], X[1])
        return float(0.5 * (o1 - y[0]) ** 2 + 0.5 * (o2 - y[1]) ** 2)

    def grad(p, X, y):
        w1, w2, w3, w4, w5, w6, w7, w8 = p["w"]
        h1, h2, o1, o2 = forward(p["w"], X[0], X[1])
        d_o1, d_o2 = o1 - y[0], o2 - y[1]
        d_w5 = d_o1 * o1 * (1 - o1) * h1
        d_w7 = d_o1 * o1 * (1 - o1) * h2
        d_w6 = d_o2 * o2 * (1 - o2) * h1
        d_w8 = d_o2 * o2 * (1 - o2) * h2
        d_w1 = (d_w5 + d_w6) * h1 * (1 - h1) * X[0]
        d_w3 = (d_w5 + d_w6) * h1 * (1 - h1) * X[1]
        d_w2 = (d_w7 + d_w8) * h2 * (1 - h2) * X[0]
        d_w4 = (d_w7 + d_w8) * h2 * (1 - h2) * X[1]
        return {"w": np.array([d_w1, d_w2, d_w3, d_w4, d_w5, d_w6, d_w7, d_w8])}

    return (
        loss,
        grad,
        {"w": np.array([0.2, -0.4, 0.5, 0.6, 0.1, -0.5, -0.3, 0.8])},
        np.array([0.5, 0.3]),
        np.array([0.23, -0.07]),
    )


@ill("summed_not_averaged")
def bayun_mse_mean():
    """Loss is half a mean of squares, gradient is summed over the examples."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def sigmoid_derivative(a):
        return a * (1 - a)

    def forward_pass(p, x):
        z1 = np.dot(x, p["w1"]) + p["b1"]
        a1 = sigmoid(z1)
        z2 = np.dot(a1, p["w2"]) + p["b2"]
        return {"z1": z1, "a1": a1, "z2": z2, "a2": sigmoid(z2)}

    def loss(p, X, y):
        return float(0.5 * np.mean((forward_pass(p, X)["a2"] - y) ** 2))

    def grad(p, X, y):
        f = forward_pass(p, X)
        delta2 = (f["a2"] - y) * sigmoid_derivative(f["a2"])
        delta1 = np.dot(delta2, p["w2"].T) * sigmoid_derivative(f["a1"])
        return {
            "w1": np.dot(X.T, delta1),
            "b1": np.sum(delta1, axis=0, keepdims=True),
            "w2": np.dot(f["a1"].T, delta2),
            "b2": np.sum(delta2, axis=0, keepdims=True),
        }

    rng = np.random.default_rng(206)
    X = rng.normal(size=(8, 2))
    params = {
        "w1": rng.normal(size=(2, 3)),
        "b1": rng.normal(size=(1, 3)),
        "w2": rng.normal(size=(3, 1)),
        "b2": rng.normal(size=(1, 1)),
    }
    return loss, grad, params, X, (X[:, :1] * X[:, 1:] > 0).astype(float)


@ill("wrong_matrix_carried_back")
def pullrequest_csharp_mlp():
    """Going back, weights[h] of neuron h is taken instead of the weight from hidden unit j (diagonal of W2 for every
    unit)."""

    class Neuron:
        def __init__(self):
            self.output = self.error = 0.0

    def build(p):
        return [
            [Neuron() for _ in range(p["W1"].shape[1])],
            [Neuron() for _ in range(p["W1"].shape[0])],
            [Neuron() for _ in range(p["W2"].shape[0])],
        ]

    def feed(p, Layers, x):
        for n, v in zip(Layers[0], x):
            n.output = v
        for i, W in ((1, p["W1"]), (2, p["W2"])):
            for j, n in enumerate(Layers[i]):
                s = 1.0
                for k, m in enumerate(Layers[i - 1]):
                    s += W[j, k] * m.output
                n.output = 1 / (1 + np.exp(-s))

    def loss(p, X, y):
        Layers = build(p)
        e = 0.0
        for x, t in zip(X, y):
            feed(p, Layers, x)
            e += sum(0.5 * (tt - n.output) ** 2 for tt, n in zip(t, Layers[2]))
        return float(e)

    def grad(p, X, y):
        Layers = build(p)
        W1, W2 = p["W1"], p["W2"]
        g1, g2 = np.zeros_like(W1), np.zeros_like(W2)
        for x, t in zip(X, y):
            feed(p, Layers, x)
            for k, n in enumerate(Layers[2]):
                n.error = n.output * (1 - n.output) * (t[k] - n.output)
            for j, n in enumerate(Layers[1]):
                s = 0.0
                for h, up in enumerate(Layers[2]):
                    s += up.error * W2[h, h]
                n.error = n.output * (1 - n.output) * s
            for j, n in enumerate(Layers[2]):
                for k, low in enumerate(Layers[1]):
                    g2[j, k] -= n.error * low.output
            for j, n in enumerate(Layers[1]):
                for k, low in enumerate(Layers[0]):
                    g1[j, k] -= n.error * low.output
        return {"W1": g1, "W2": g2}

    rng = np.random.default_rng(207)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    return loss, grad, {"W1": rng.uniform(-1, 1, (3, 2)), "W2": rng.uniform(-1, 1, (2, 3))}, X, y


@ill("delta_not_carried")
def socn_two_hidden_units():
    """The hidden errors are computed but the hidden weights are changed with the error of the output."""

    def logsig(net):
        return 1 / (1 + np.exp(-net))

    def act(p, inp):
        a1 = logsig(sum(x * w for x, w in zip(inp, p["weights_h1"])))
        a2 = logsig(sum(x * w for x, w in zip(inp, p["weights_h2"])))
        input_out = [a1, a2, -1.0]
        return a1, a2, input_out, logsig(sum(x * w for x, w in zip(input_out, p["weights_out"])))

    def loss(p, X, y):
        return float(sum(0.5 * (d - act(p, i)[3]) ** 2 for i, d in zip(X, y)))

    def grad(p, X, y):
        g = {k: np.zeros(3) for k in p}
        for inp, desired in zip(X, y):
            a1, a2, input_out, out = act(p, inp)
            error_out = (desired - out) * out * (1 - out)
            error_h1 = a1 * (1 - a1) * p["weights_out"][0] * error_out
            error_h2 = a2 * (1 - a2) * p["weights_out"][1] * error_out
            g["weights_out"] -= np.array([x * error_out for x in input_out])
            g["weights_h1"] -= np.array([x * error_out for x in inp])
            g["weights_h2"] -= np.array([x * error_out for x in inp])
        return g

    rng = np.random.default_rng(208)
    X = np.array([[0, 0, -1], [0, 1, -1], [1, 0, -1], [1, 1, -1]], dtype=float)
    return (
        loss,
        grad,
        {k: rng.random(3) for k in ("weights_h1", "weights_h2", "weights_out")},
        X,
        np.array([0.0, 1.0, 1.0, 0.0]),
    )


@ill("dot_vs_elementwise")
def techfeed_de_xor():
    """Hidden slope h(1-h) formed with a dot product, so one number for all hidden units."""

    def S(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        E = 0.0
        for fdata, tar in zip(X, y):
            hnw = S(np.dot(S(fdata), p["win"]))
            out = S(np.dot(hnw, p["wout"]))
            E += 0.5 * np.power(tar - out, 2)[0]
        return float(E)

    def grad(p, X, y):
        win, wout = p["win"], p["wout"]
        g_in, g_out = np.zeros_like(win), np.zeros_like(wout)
        for fdata, tar in zip(X, y):
            fdata = S(fdata)
            hnw = S(np.dot(fdata, win))
            out = S(np.dot(hnw, wout))
            delta_out = (out - tar) * (out * (1 - out))
            g_out[:, 0] += np.dot(delta_out[0], hnw)
            delta_in = np.dot(hnw, (1 - hnw)) * np.dot(delta_out[0], wout)
            for x in range(len(delta_in)):
                midway = np.dot(delta_in[x][0], fdata)
                for k in range(len(win)):
                    g_in[k][x] += midway[k]
        return {"win": g_in, "wout": g_out}

    rng = np.random.default_rng(209)
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    return (
        loss,
        grad,
        {"win": rng.normal(size=(2, 2)), "wout": rng.normal(size=(2, 1))},
        X,
        np.array([0.0, 1.0, 1.0, 0.0]),
    )


@ill("summed_not_averaged")
def hunkim_manual_backprop():
    """The weight gradients grow with the number of examples (no mean), the biases are averaged."""

    def sigma(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, Y):
        l1 = sigma(X @ p["W1"] + p["b1"])
        Y_pred = sigma(l1 @ p["W2"] + p["b2"])
        return float(-np.mean(Y * np.log(Y_pred) + (1 - Y) * np.log(1 - Y_pred)))

    def grad(p, X, Y):
        l1 = sigma(X @ p["W1"] + p["b1"])
        Y_pred = sigma(l1 @ p["W2"] + p["b2"])
        d_Y_pred = (Y_pred - Y) / (Y_pred * (1 - Y_pred))
        d_l2 = d_Y_pred * Y_pred * (1 - Y_pred)
        d_W2 = l1.T @ d_l2
        d_l1 = (d_l2 @ p["W2"].T) * l1 * (1 - l1)
        d_W1 = X.T @ d_l1
        return {"W1": d_W1, "b1": np.mean(d_l1, axis=0), "W2": d_W2, "b2": np.mean(d_l2, axis=0)}

    rng = np.random.default_rng(210)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 3)
    Y = np.array([[0.0], [1.0], [1.0], [0.0]] * 3)
    return (
        loss,
        grad,
        {
            "W1": rng.normal(size=(2, 2)),
            "b1": rng.normal(size=2),
            "W2": rng.normal(size=(2, 1)),
            "b2": rng.normal(size=1),
        },
        X,
        Y,
    )


@ill("scale")
def opendml_single_neuron():
    """MSE without the half, gradient with 1/n in place of 2/n."""

    def predict(p, X):
        return 1 / (1 + np.exp(-(np.dot(X, p["weights"]) + p["bias"])))

    def loss(p, X, y):
        return float(np.mean((predict(p, X) - y) ** 2))

    def grad(p, X, y):
        pred = predict(p, X)
        errors = pred - y
        d = errors * pred * (1 - pred)
        return {"weights": (1 / len(y)) * np.dot(X.T, d), "bias": np.array((1 / len(y)) * np.sum(d))}

    rng = np.random.default_rng(211)
    X = np.array([[1.0, 2.0], [2.0, 1.0], [-1.0, -2.0], [0.5, -0.7], [-1.4, 0.3]])
    return (
        loss,
        grad,
        {"weights": np.array([0.1, -0.2]), "bias": np.array(0.05)},
        X,
        np.array([1.0, 0.0, 0.0, 1.0, 1.0]),
    )


@ill("summed_not_averaged")
def handson_minibatch():
    """Mini-batch gradient of the MSE without division by the batch size."""

    def loss(p, X, y):
        return float(np.mean((X.dot(p["theta"]) - y) ** 2))

    def grad(p, X, y):
        gradients = 2 * X.T.dot(X.dot(p["theta"]) - y)
        return {"theta": gradients}

    rng = np.random.default_rng(212)
    X = 2 * rng.random((20, 1))
    y = 4 + 3 * X + rng.normal(size=(20, 1))
    return loss, grad, {"theta": rng.normal(size=(2, 1))}, np.c_[np.ones((20, 1)), X], y


@healthy
def handson_sgd_one_instance():
    """Correct: no division by the batch size because the batch is a single instance."""

    def loss(p, X, y):
        return float(np.mean((X.dot(p["theta"]) - y) ** 2))

    def grad(p, X, y):
        xi, yi = X[0:1], y[0:1]
        return {"theta": 2 * xi.T.dot(xi.dot(p["theta"]) - yi)}

    rng = np.random.default_rng(301)
    X = np.c_[np.ones((1, 1)), 2 * rng.random((1, 1))]
    return loss, grad, {"theta": rng.normal(size=(2, 1))}, X, 4 + 3 * X[:, 1:]


@ill("relu_mask", "delta_not_carried")
def smile_rectifier():
    """The rectifier overwrites the arriving gradient with 0/1 instead of multiplying it."""

    class Layer:
        def __init__(self, w, b, f, g):
            self.w, self.b, self.f, self.g = w, b, f, g

        def propagate(self, x):
            self.x = x
            self.output = self.f(self.w @ x + self.b)
            return self.output

        def backpropagate(self, gradient):
            gradient = self.g(gradient, self.output)
            return np.outer(gradient, self.x), gradient, self.w.T @ gradient

    def rect_g(g, y):
        g = g.copy()
        for i in range(len(g)):
            g[i] = 1.0 if y[i] > 0 else 0.0
        return g

    def net(p):
        return (
            Layer(p["w1"], p["b1"], lambda z: np.maximum(0, z), rect_g),
            Layer(p["w2"], p["b2"], lambda z: z, lambda g, y: g),
        )

    def loss(p, X, y):
        h, o = net(p)
        return float(sum(0.5 * np.sum((o.propagate(h.propagate(x)) - t) ** 2) for x, t in zip(X, y)))

    def grad(p, X, y):
        h, o = net(p)
        tot = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            out = o.propagate(h.propagate(x))
            dw, db, back = o.backpropagate(out - t)
            tot["w2"] += dw
            tot["b2"] += db
            dw, db, _ = h.backpropagate(back)
            tot["w1"] += dw
            tot["b1"] += db
        return tot

    rng = np.random.default_rng(302)
    X = rng.normal(size=(12, 4))
    params = {
        "w1": rng.normal(0, 0.6, (6, 4)),
        "b1": rng.normal(0, 0.2, 6),
        "w2": rng.normal(0, 0.6, (2, 6)),
        "b2": rng.normal(0, 0.2, 2),
    }
    return loss, grad, params, X, rng.normal(size=(12, 2))


@ill("relu_mask", "unknown")
def encog_relu():
    """The ReLU class carries the derivative of the sigmoid, a(1-a)."""

    def ActivationFunction(z):
        return np.where(z <= 0, 0.0, z)

    def DerivativeFunction(b, a):
        return a * (1.0 - a)

    def forward(p, X):
        z = np.dot(X, p["weights0"])
        a = ActivationFunction(z)
        ab = np.c_[a, np.ones(len(a))]
        return z, a, ab, np.dot(ab, p["weights1"])

    def loss(p, X, y):
        return float(np.sum((forward(p, X)[3] - y) ** 2) / (2 * len(y)))

    def grad(p, X, y):
        z, a, ab, out = forward(p, X)
        d_out = (out - y) / len(y)
        d_hid = np.dot(d_out, p["weights1"][:-1].T) * DerivativeFunction(z, a)
        return {"weights0": np.dot(X.T, d_hid), "weights1": np.dot(ab.T, d_out)}

    rng = np.random.default_rng(303)
    X = np.c_[rng.normal(size=(15, 3)), np.ones(15)]
    return (
        loss,
        grad,
        {"weights0": rng.normal(0, 0.7, (4, 5)), "weights1": rng.normal(0, 0.7, (6, 1))},
        X,
        rng.normal(size=(15, 1)),
    )


@ill("averaged_twice", "bias_reduction")
def dl4j_bias_mean():
    """Biases are averaged by mean(0) and then divided by the batch size once more."""

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def activations(p, X):
        a0 = np.tanh(X @ p["0_W"] + p["0_b"])
        return a0, softmax(a0 @ p["1_W"] + p["1_b"])

    def loss(p, X, y):
        return float(-np.sum(y * np.log(activations(p, X)[1])) / X.shape[0])

    def grad(p, X, y):
        a0, out = activations(p, X)
        delta1 = out - y
        delta0 = (delta1 @ p["1_W"].T) * (1 - a0**2)
        g = {
            "1_W": a0.T @ delta1,
            "1_b": delta1.mean(axis=0, keepdims=True),
            "0_W": X.T @ delta0,
            "0_b": delta0.mean(axis=0, keepdims=True),
        }
        batchSize = X.shape[0]
        return {k: v / batchSize for k, v in g.items()}

    rng = np.random.default_rng(304)
    X = rng.normal(size=(10, 4))
    params = {
        "0_W": rng.normal(0, 0.6, (4, 5)),
        "0_b": rng.normal(0, 0.2, (1, 5)),
        "1_W": rng.normal(0, 0.6, (5, 3)),
        "1_b": rng.normal(0, 0.2, (1, 3)),
    }
    return loss, grad, params, X, np.eye(3)[rng.integers(0, 3, 10)]


@healthy
def nicodjimenez_tanh():
    """Correct: 1-values^2 on the output of tanh (the issue wants 1+tan^2); gated unit, only the first unit is in the
    loss."""

    def tanh_derivative(values):
        return 1.0 - values**2

    def sigmoid(x):
        return 1.0 / (1 + np.exp(-x))

    def sigmoid_derivative(values):
        return values * (1 - values)

    def states(p, x):
        g = np.tanh(np.dot(p["wg"], x) + p["bg"])
        i = sigmoid(np.dot(p["wi"], x) + p["bi"])
        return g, i, g * i

    def loss(p, X, y):
        return float(sum((states(p, x)[2][0] - t) ** 2 for x, t in zip(X, y)))

    def grad(p, X, y):
        diff = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            g, i, s = states(p, x)
            ds = np.zeros_like(s)
            ds[0] = 2 * (s[0] - t)
            dg_input = tanh_derivative(g) * (i * ds)
            di_input = sigmoid_derivative(i) * (g * ds)
            diff["wg"] += np.outer(dg_input, x)
            diff["bg"] += dg_input
            diff["wi"] += np.outer(di_input, x)
            diff["bi"] += di_input
        return diff

    rng = np.random.default_rng(305)
    params = {
        "wg": rng.normal(0, 0.5, (3, 4)),
        "bg": rng.normal(0, 0.2, 3),
        "wi": rng.normal(0, 0.5, (3, 4)),
        "bi": rng.normal(0, 0.2, 3),
    }
    return loss, grad, params, rng.normal(size=(6, 4)), rng.uniform(-0.5, 0.5, 6)


@ill("scale")
def iamtrask_ch6_delta():
    """The printed error is a sum of squares without a half, the deltas lack the factor 2 (the sign debated in the
    issue is fine)."""

    def relu(x):
        return (x > 0) * x

    def relu2deriv(output):
        return output > 0

    def loss(p, X, y):
        error = 0
        for i in range(len(X)):
            layer_1 = relu(np.dot(X[i : i + 1], p["weights_0_1"]))
            layer_2 = np.dot(layer_1, p["weights_1_2"])
            error += np.sum((layer_2 - y[i : i + 1]) ** 2)
        return float(error)

    def grad(p, X, y):
        g01, g12 = np.zeros_like(p["weights_0_1"]), np.zeros_like(p["weights_1_2"])
        for i in range(len(X)):
            layer_0 = X[i : i + 1]
            layer_1 = relu(np.dot(layer_0, p["weights_0_1"]))
            layer_2 = np.dot(layer_1, p["weights_1_2"])
            layer_2_delta = layer_2 - y[i : i + 1]
            layer_1_delta = layer_2_delta.dot(p["weights_1_2"].T) * relu2deriv(layer_1)
            g12 += layer_1.T.dot(layer_2_delta)
            g01 += layer_0.T.dot(layer_1_delta)
        return {"weights_0_1": g01, "weights_1_2": g12}

    rng = np.random.default_rng(306)
    streetlights = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]], dtype=float)
    walk = np.array([[1.0, 1.0, 0.0, 0.0]]).T
    return (
        loss,
        grad,
        {"weights_0_1": 2 * rng.random((3, 4)) - 1, "weights_1_2": 2 * rng.random((4, 1)) - 1},
        streetlights,
        walk,
    )


@ill("sign")
def iamtrask_ch6_descending():
    """Target minus output used together with -= (the combination the issue worries about)."""

    def relu(x):
        return (x > 0) * x

    def relu2deriv(output):
        return output > 0

    def loss(p, X, y):
        layer_2 = np.dot(relu(np.dot(X, p["weights_0_1"])), p["weights_1_2"])
        return float(0.5 * np.sum((layer_2 - y) ** 2))

    def grad(p, X, y):
        layer_1 = relu(np.dot(X, p["weights_0_1"]))
        layer_2 = np.dot(layer_1, p["weights_1_2"])
        layer_2_delta = y - layer_2
        layer_1_delta = layer_2_delta.dot(p["weights_1_2"].T) * relu2deriv(layer_1)
        return {"weights_0_1": X.T.dot(layer_1_delta), "weights_1_2": layer_1.T.dot(layer_2_delta)}

    rng = np.random.default_rng(307)
    streetlights = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]], dtype=float)
    walk = np.array([[1.0, 1.0, 0.0, 0.0]]).T
    return (
        loss,
        grad,
        {"weights_0_1": 2 * rng.random((3, 4)) - 1, "weights_1_2": 2 * rng.random((4, 1)) - 1},
        streetlights,
        walk,
    )


@ill("delta_not_carried")
def myonn_textbook_error():
    """The plain error, not error times slope, is carried back to the hidden layer."""

    def sig(x):
        return 1 / (1 + np.exp(-x))

    def loss(p, X, y):
        final = sig(np.dot(p["who"], sig(np.dot(p["wih"], X.T))))
        return float(0.5 * np.sum((y.T - final) ** 2))

    def grad(p, X, y):
        inputs, targets = X.T, y.T
        hidden_outputs = sig(np.dot(p["wih"], inputs))
        final_outputs = sig(np.dot(p["who"], hidden_outputs))
        output_errors = targets - final_outputs
        hidden_errors = np.dot(p["who"].T, output_errors)
        up_who = np.dot(output_errors * final_outputs * (1.0 - final_outputs), hidden_outputs.T)
        up_wih = np.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs), inputs.T)
        return {"wih": -up_wih, "who": -up_who}

    rng = np.random.default_rng(308)
    X = rng.uniform(0.01, 1, (6, 5))
    y = np.full((6, 3), 0.01)
    y[np.arange(6), rng.integers(0, 3, 6)] = 0.99
    return loss, grad, {"wih": rng.normal(0, 5**-0.5, (4, 5)), "who": rng.normal(0, 0.5, (3, 4))}, X, y


@ill("softmax_jacobian")
def rubix_softmax():
    """Softmax differentiated as s(1-s) elementwise, without the terms between classes."""

    def softmax(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    def differentiate(output):
        return output * (1.0 - output)

    def loss(p, X, y):
        a = softmax(p["weights"] @ X + p["biases"])
        return float(0.5 * np.sum((a - y) ** 2) / X.shape[1])

    def grad(p, X, y):
        a = softmax(p["weights"] @ X + p["biases"])
        dOut = (a - y) / X.shape[1]
        dIn = dOut * differentiate(a)
        return {"weights": dIn @ X.T, "biases": dIn.sum(axis=1, keepdims=True)}

    rng = np.random.default_rng(309)
    X = rng.normal(size=(4, 11))
    y = np.eye(3)[:, rng.integers(0, 3, 11)]
    return loss, grad, {"weights": rng.normal(0, 0.8, (3, 4)), "biases": rng.normal(0, 0.3, (3, 1))}, X, y


@ill("softmax_jacobian", "label_not_subtracted")
def odyssey_softmax_no_dot():
    """Softmax backward returns s*g and forgets to take off the weighted sum of g."""

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def softmax_backward(grad_output, s):
        return s * grad_output

    def forward(p, X):
        h = np.maximum(0, X @ p["fc1_w"].T + p["fc1_b"])
        return h, softmax(h @ p["fc2_w"].T + p["fc2_b"])

    def loss(p, X, y):
        return float(-np.mean(np.log(forward(p, X)[1][np.arange(len(y)), y])))

    def grad(p, X, y):
        h, s = forward(p, X)
        n = len(y)
        g = np.zeros_like(s)
        g[np.arange(n), y] = -1 / (n * s[np.arange(n), y])
        dz = softmax_backward(g, s)
        dh = dz @ p["fc2_w"]
        dh[h <= 0] = 0
        return {"fc2_w": dz.T @ h, "fc2_b": dz.sum(axis=0), "fc1_w": dh.T @ X, "fc1_b": dh.sum(axis=0)}

    rng = np.random.default_rng(310)
    params = {
        "fc1_w": rng.normal(0, 0.6, (6, 4)),
        "fc1_b": rng.normal(0, 0.2, 6),
        "fc2_w": rng.normal(0, 0.6, (3, 6)),
        "fc2_b": rng.normal(0, 0.2, 3),
    }
    return loss, grad, params, rng.normal(size=(14, 4)), rng.integers(0, 3, 14)


@healthy
def mxnet_fully_connected():
    """Correct: grad.T times data without division by the batch, because the loss is a sum."""

    def loss(p, X, y):
        hid = np.tanh(X @ p["fc1_weight"].T + p["fc1_bias"])
        out = hid @ p["fc2_weight"].T + p["fc2_bias"]
        return float(0.5 * np.sum((out - y) ** 2))

    def grad(p, X, y):
        hid = np.tanh(X @ p["fc1_weight"].T + p["fc1_bias"])
        out = hid @ p["fc2_weight"].T + p["fc2_bias"]
        g = out - y
        gw2 = np.dot(g.T, hid)
        gb2 = g.sum(0)
        g = np.dot(g, p["fc2_weight"]) * (1 - hid * hid)
        return {"fc1_weight": np.dot(g.T, X), "fc1_bias": g.sum(0), "fc2_weight": gw2, "fc2_bias": gb2}

    rng = np.random.default_rng(311)
    params = {
        "fc1_weight": rng.normal(0, 0.5, (5, 3)),
        "fc1_bias": rng.normal(0, 0.2, 5),
        "fc2_weight": rng.normal(0, 0.5, (2, 5)),
        "fc2_bias": rng.normal(0, 0.2, 2),
    }
    return loss, grad, params, rng.normal(size=(13, 3)), rng.normal(size=(13, 2))


@ill("activation_slope_missing", "relu_mask")
def spiking_relu_output():
    """ReLU output units treated as linear: their slope is left out of the last delta."""

    def nnff(p, X, y):
        a = [X]
        for W in (p["W1"], p["W2"]):
            a.append(np.maximum(0, a[-1] @ W.T))
        e = y - a[-1]
        return a, e, 0.5 * np.sum(e**2) / len(X)

    def loss(p, X, y):
        return float(nnff(p, X, y)[2])

    def grad(p, X, y):
        a, e, L = nnff(p, X, y)
        d3 = -e
        d2 = (d3 @ p["W2"]) * (a[1] > 0)
        return {"W1": (d2.T @ X) / len(X), "W2": (d3.T @ a[1]) / len(X)}

    rng = np.random.default_rng(312)
    X = rng.random((12, 5))
    y = np.eye(3)[rng.integers(0, 3, 12)]
    return loss, grad, {"W1": rng.normal(0, 0.6, (6, 5)), "W2": rng.normal(0, 0.6, (3, 6))}, X, y


@ill("summed_not_averaged")
def solveconpython_neurona():
    """Mean binary cross-entropy, but the gradient is summed over the examples."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def binary_cross_entropy_mean(y_true, y_pred):
        return np.mean(-(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred)))

    def loss(p, X, y):
        return float(binary_cross_entropy_mean(y, sigmoid(X @ p["W"] + p["b"])))

    def grad(p, X, y):
        y_hat = sigmoid(X @ p["W"] + p["b"])
        dZ = y_hat - y
        return {"W": X.T @ dZ, "b": np.array(dZ.sum())}

    rng = np.random.default_rng(42)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return loss, grad, {"W": rng.normal(0, 1, (2, 1)), "b": np.array(0.3)}, X, np.array([[0.0], [1.0], [1.0], [0.0]])


@ill("updated_weights")
def so14982358_matlab():
    """Hidden-output weights are changed before the hidden delta is formed from them (one example, sigmoid output
    against a target far above 1)."""
    epsilon = 0.5

    def sigmoidVector(v):
        return 1 / (1 + np.exp(-v))

    def loss(p, X, y):
        E = 0.0
        for it in range(len(X)):
            InputLayer = X[it : it + 1].T
            Hidden = sigmoidVector(p["WeightMatrixIJ"].T @ InputLayer)
            Output = sigmoidVector(p["WeightMatrixJK"].T @ Hidden)
            E += 0.5 * np.sum((Output - y[it : it + 1].T) ** 2)
        return float(E)

    def grad(p, X, y):
        tot = {k: np.zeros_like(v) for k, v in p.items()}
        for it in range(len(X)):
            WeightMatrixIJ, WeightMatrixJK = p["WeightMatrixIJ"].copy(), p["WeightMatrixJK"].copy()
            InputLayer = X[it : it + 1].T
            Hidden = sigmoidVector(WeightMatrixIJ.T @ InputLayer)
            Output = sigmoidVector(WeightMatrixJK.T @ Hidden)
            OutputDelta = (Output - y[it : it + 1].T) * Output * (1 - Output)
            DwJK = Hidden @ OutputDelta.T
            WeightMatrixJK = WeightMatrixJK - epsilon * DwJK
            HiddenDelta = Hidden * (1 - Hidden) * (WeightMatrixJK @ OutputDelta)
            DwIJ = InputLayer @ HiddenDelta.T
            WeightMatrixIJ = WeightMatrixIJ - epsilon * DwIJ
            tot["WeightMatrixIJ"] += DwIJ
            tot["WeightMatrixJK"] += DwJK
        return tot

    rng = np.random.default_rng(401)
    X = np.c_[rng.normal(size=(1, 4)), np.ones(1)]
    return (
        loss,
        grad,
        {"WeightMatrixIJ": rng.normal(0, 0.7, (5, 6)), "WeightMatrixJK": rng.normal(0, 0.7, (6, 1))},
        X,
        np.array([[3.0]]),
    )


@ill("sign")
def scicomp20823_matlab_nn():
    """Weights go down the gradient, biases go up it (plus in the bias update)."""

    def f(z):
        return 1 / (1 + np.exp(-z))

    def forward(p, X):
        outs = [X]
        for k in (1, 2, 3):
            outs.append(f(outs[-1] @ p[f"LW{k}"] + p[f"LB{k}"]))
        return outs

    def loss(p, X, y):
        return float(0.5 * np.sum((forward(p, X)[-1] - y) ** 2))

    def grad(p, X, y):
        outs = forward(p, X)
        n = 0.1
        new = {}
        d = outs[3] * (1 - outs[3]) * (outs[3] - y)
        for k in (3, 2, 1):
            new[f"LW{k}"] = p[f"LW{k}"] - n * outs[k - 1].T @ d
            new[f"LB{k}"] = p[f"LB{k}"] + n * d
            if k > 1:
                d = outs[k - 1] * (1 - outs[k - 1]) * (d @ p[f"LW{k}"].T)
        return {k: (p[k] - new[k]) / n for k in p}

    rng = np.random.default_rng(402)
    params = {}
    for k, (i, o) in enumerate([(3, 5), (5, 4), (4, 2)], 1):
        params[f"LW{k}"] = rng.normal(0, 0.9, (i, o))
        params[f"LB{k}"] = rng.normal(0, 0.4, (1, o))
    return loss, grad, params, rng.normal(size=(1, 3)), np.array([[1.0, 0.0]])


@ill("unknown", "missing_param", "delta_not_carried")
def so6607141_tied_autoencoder():
    """Autoencoder with tied weights: only the decoder's share of the gradient, the share through the encoder is
    missing."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def loss(p, X, y):
        hidden = sigmoid(X @ p["W"])
        output = sigmoid(hidden @ p["W"].T)
        return float(0.5 * np.sum((X - output) ** 2) / len(X))

    def grad(p, X, y):
        W = p["W"]
        hidden = sigmoid(X @ W)
        output = sigmoid(hidden @ W.T)
        diff = X - output
        error = -diff * output * (1 - output)
        dW = error.T @ hidden
        return {"W": dW / len(X)}

    rng = np.random.default_rng(403)
    X = rng.random((10, 6))
    return loss, grad, {"W": rng.normal(0, 0.5, (6, 4))}, X, X


def _andersbll(kind, seed):
    rng = np.random.default_rng(seed)

    class Linear:
        def __init__(self, W, b, weight_decay):
            self.W, self.b, self.weight_decay = W, b, weight_decay

        def fprop(self, input):
            self.last_input = input
            return np.dot(input, self.W) + self.b

        def bprop(self, output_grad):
            outer = self.last_input[:, :, np.newaxis] * output_grad[:, np.newaxis, :]
            self.dW = np.mean(outer, axis=0) - self.weight_decay * self.W
            self.db = np.mean(output_grad, axis=0)
            return np.dot(output_grad, self.W.T)

    class Activation:
        def __init__(self, fun, fun_d):
            self.fun, self.fun_d = fun, fun_d

        def fprop(self, input):
            self.last_input = input
            return self.fun(input)

        def bprop(self, output_grad):
            return output_grad * self.fun_d(self.last_input)

    class LogRegression:
        def fprop(self, input):
            e = np.exp(input - np.amax(input, axis=1, keepdims=True))
            return e / np.sum(e, axis=1, keepdims=True)

        def input_grad(self, Y, Y_pred):
            return -(Y - Y_pred)

        def loss(self, Y, Y_pred):
            return -np.sum(Y * np.log(Y_pred)) / Y.shape[0]

    def sigmoid(x):
        return 1.0 / (1.0 + np.exp(-x))

    def sigmoid_d(x):
        s = sigmoid(x)
        return s * (1 - s)

    def tanh_d(x):
        e = np.exp(2 * x)
        return (e - 1) / (e + 1)

    wd = 0.08 if kind == "sigmoid" else 0.0
    act = (sigmoid, sigmoid_d) if kind == "sigmoid" else (np.tanh, tanh_d)

    def network(p):
        return [Linear(p["W1"], p["b1"], wd), Activation(*act), Linear(p["W2"], p["b2"], wd)], LogRegression()

    def run(p, X):
        layers, last = network(p)
        for layer in layers:
            X = layer.fprop(X)
        return layers, last, last.fprop(X)

    def loss(p, X, y):
        layers, last, pred = run(p, X)
        return float(last.loss(y, pred) + 0.5 * wd * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)))

    def grad(p, X, y):
        layers, last, pred = run(p, X)
        g = last.input_grad(y, pred)
        for layer in layers[::-1]:
            g = layer.bprop(g)
        return {"W1": layers[0].dW, "b1": layers[0].db, "W2": layers[2].dW, "b2": layers[2].db}

    params = {
        "W1": rng.normal(0, 0.7, (4, 5)),
        "b1": rng.normal(0, 0.2, 5),
        "W2": rng.normal(0, 0.7, (5, 3)),
        "b2": rng.normal(0, 0.2, 3),
    }
    return loss, grad, params, rng.normal(size=(12, 4)), np.eye(3)[rng.integers(0, 3, 12)]


@ill("regularisation")
def andersbll_weight_decay():
    """Weight decay subtracted from the gradient instead of added."""
    return _andersbll("sigmoid", 404)


@ill("activation_slope_of_activation")
def andersbll_tanh_d():
    """The derivative of tanh returns tanh itself (no weight decay here)."""
    return _andersbll("tanh", 405)


@ill("activation_slope_of_activation")
def gophernet_sigmoid_prime():
    """SigmoidPrime, which applies the sigmoid itself, gets the activations."""

    def sigmoid(x):
        return 1.0 / (1.0 + np.exp(-x))

    def sigmoidPrime(x):
        return sigmoid(x) * (1.0 - sigmoid(x))

    def forward(p, x):
        hiddenLayerActivations = sigmoid(np.dot(x, p["wHidden"]) + p["bHidden"])
        return hiddenLayerActivations, sigmoid(np.dot(hiddenLayerActivations, p["wOut"]) + p["bOut"])

    def loss(p, X, y):
        return float(0.5 * np.sum((y - forward(p, X)[1]) ** 2))

    def grad(p, X, y):
        hiddenLayerActivations, output = forward(p, X)
        networkError = y - output
        slopeOutputLayer = sigmoidPrime(output)
        slopeHiddenLayer = sigmoidPrime(hiddenLayerActivations)
        dOutput = networkError * slopeOutputLayer
        errorAtHiddenLayer = np.dot(dOutput, p["wOut"].T)
        dHiddenLayer = errorAtHiddenLayer * slopeHiddenLayer
        return {
            "wOut": -np.dot(hiddenLayerActivations.T, dOutput),
            "bOut": -dOutput.sum(axis=0, keepdims=True),
            "wHidden": -np.dot(X.T, dHiddenLayer),
            "bHidden": -dHiddenLayer.sum(axis=0, keepdims=True),
        }

    rng = np.random.default_rng(406)
    params = {
        "wHidden": rng.normal(0, 1, (4, 3)),
        "bHidden": rng.normal(0, 1, (1, 3)),
        "wOut": rng.normal(0, 1, (3, 3)),
        "bOut": rng.normal(0, 1, (1, 3)),
    }
    return loss, grad, params, rng.random((15, 4)), np.eye(3)[rng.integers(0, 3, 15)]


@healthy
def tinyml_cross_entropy():
    """Correct: with cross-entropy and sigmoid no slope belongs at the output, though the issue asks for it."""

    class CrossEntropyCost:
        @staticmethod
        def fn(a, y):
            return np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a))

        @staticmethod
        def delta(a, y):
            return a - y

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    def ff(p, x):
        a, acts, zs = x, [x], []
        for l in (0, 1):
            z = np.dot(p[f"weights{l}"], a) + p[f"biases{l}"]
            a = sigmoid(z)
            zs.append(z)
            acts.append(a)
        return acts, zs

    def loss(p, X, y):
        return float(np.mean([CrossEntropyCost.fn(ff(p, x[:, None])[0][-1], t[:, None]) for x, t in zip(X, y)]))

    def grad(p, X, y):
        nabla = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            activations, zs = ff(p, x[:, None])
            delta = CrossEntropyCost.delta(activations[-1], t[:, None])
            nabla["biases1"] += delta
            nabla["weights1"] += np.dot(delta, activations[-2].T)
            delta = np.dot(p["weights1"].T, delta) * sigmoid_prime(zs[-2])
            nabla["biases0"] += delta
            nabla["weights0"] += np.dot(delta, activations[-3].T)
        return {k: v / len(X) for k, v in nabla.items()}

    rng = np.random.default_rng(407)
    params = {
        "weights0": rng.normal(0, 0.5, (5, 4)),
        "biases0": rng.normal(0, 0.5, (5, 1)),
        "weights1": rng.normal(0, 0.5, (3, 5)),
        "biases1": rng.normal(0, 0.5, (3, 1)),
    }
    return loss, grad, params, rng.random((8, 4)), np.eye(3)[rng.integers(0, 3, 8)]


def _rasbt(l2, seed):
    rng = np.random.default_rng(seed)

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -250, 250)))

    def onehot(y):
        return np.eye(4)[y]

    def forward(p, X):
        a_h = sigmoid(np.dot(X, p["w_h"]) + p["b_h"])
        return a_h, sigmoid(np.dot(a_h, p["w_out"]) + p["b_out"])

    def loss(p, X, y):
        output, y_enc = forward(p, X)[1], onehot(y)
        L2_term = l2 * (np.sum(p["w_h"] ** 2.0) + np.sum(p["w_out"] ** 2.0))
        term1 = -y_enc * np.log(output)
        term2 = (1.0 - y_enc) * np.log(1.0 - output)
        return float(np.sum(term1 - term2) + L2_term)

    def grad(p, X, y):
        a_h, a_out = forward(p, X)
        sigma_out = a_out - onehot(y)
        sigma_h = np.dot(sigma_out, p["w_out"].T) * (a_h * (1.0 - a_h))
        grad_w_h = np.dot(X.T, sigma_h)
        grad_w_out = np.dot(a_h.T, sigma_out)
        return {
            "w_h": grad_w_h + l2 * p["w_h"],
            "b_h": np.sum(sigma_h, axis=0),
            "w_out": grad_w_out + l2 * p["w_out"],
            "b_out": np.sum(sigma_out, axis=0),
        }

    params = {
        "w_h": rng.normal(0, 0.6, (6, 5)),
        "b_h": rng.normal(0, 0.1, 5),
        "w_out": rng.normal(0, 0.6, (5, 4)),
        "b_out": rng.normal(0, 0.1, 4),
    }
    return loss, grad, params, rng.normal(size=(10, 6)), rng.integers(0, 4, 10)


@healthy
def rasbt_ch12_output():
    """Correct: a_out - y without slope for the multi-label cross-entropy with sigmoids (l2 is 0)."""
    return _rasbt(0.0, 408)


@ill("regularisation")
def rasbt_ch12_l2():
    """Same network with l2: the penalty in the cost has no half, its gradient has no 2."""
    return _rasbt(0.4, 409)


@healthy
def hunkim_squared_sigmoid():
    """Correct: squared error with sigmoid keeps the slope; the pull request wanted to drop it."""

    def sigma(x):
        return 1 / (1 + np.exp(-x))

    def sigma_prime(x):
        return sigma(x) * (1 - sigma(x))

    def model(p, X):
        l1 = X @ p["w"] + p["b"]
        return l1, sigma(l1)

    def loss(p, X, t):
        return float(0.5 * np.sum((model(p, X)[1] - t) ** 2))

    def grad(p, X, t):
        l1, y = model(p, X)
        diff = y - t
        d_l1 = diff * sigma_prime(l1)
        return {"w": X.T @ d_l1, "b": np.sum(d_l1, axis=0)}

    rng = np.random.default_rng(410)
    X = rng.integers(0, 2, (14, 6)).astype(float)
    return loss, grad, {"w": rng.normal(size=(6, 3)), "b": rng.normal(size=3)}, X, np.eye(3)[rng.integers(0, 3, 14)]


@ill("stateful")
def micrograd_twice():
    """The grad fields of the parameters are added to and never zeroed: the first backward is right, each further one
    is a running sum."""

    class Value:
        def __init__(self, data, children=()):
            self.data, self.grad, self._prev = data, np.zeros_like(data), children
            self._backward = lambda: None

    store = {}

    def leaf(name, data):
        if name not in store:
            store[name] = Value(np.array(data, dtype=float))
        store[name].data = np.array(data, dtype=float)
        return store[name]

    def graph(p, X, y):
        w, b, v = leaf("w", p["w"]), leaf("b", p["b"]), leaf("v", p["v"])
        h = Value(np.tanh(X @ w.data + b.data), (w, b))
        out = Value(h.data @ v.data, (h, v))
        L = Value(np.sum((out.data - y) ** 2), (out,))

        def bw_L():
            out.grad = out.grad + 2 * (out.data - y) * L.grad

        def bw_out():
            h.grad = h.grad + np.outer(out.grad, v.data)
            v.grad = v.grad + h.data.T @ out.grad

        def bw_h():
            t = (1 - h.data**2) * h.grad
            w.grad = w.grad + X.T @ t
            b.grad = b.grad + t.sum(axis=0)

        L._backward, out._backward, h._backward = bw_L, bw_out, bw_h
        return L, [L, out, h], {"w": w, "b": b, "v": v}

    def loss(p, X, y):
        return float(np.sum((np.tanh(X @ p["w"] + p["b"]) @ p["v"] - y) ** 2))

    def grad(p, X, y):
        L, topo, leaves = graph(p, X, y)
        L.grad = 1.0
        for node in topo:
            node._backward()
        return {k: leaves[k].grad for k in p}

    rng = np.random.default_rng(411)
    params = {"w": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "v": rng.normal(size=4)}
    return loss, grad, params, rng.normal(size=(4, 3)), np.array([1.0, -1.0, -1.0, 1.0])


@ill("missing_param")
def dragen_layers_without_bias():
    """Only weights are updated in the backpropagation, the biases never (the queried slope from the output is
    fine)."""

    class Layer:
        def __init__(self, n, p):
            self.weights, self.bias = p[f"layer{n}_weights"], p[f"layer{n}_bias"]

        def activate(self, x):
            r = np.dot(x, self.weights) + self.bias
            self.last_activation = 1 / (1 + np.exp(-r))
            return self.last_activation

        def apply_activation_derivative(self, r):
            return r * (1 - r)

    def loss(p, X, y):
        a = X
        for n in (1, 2, 3):
            a = Layer(n, p).activate(a)
        return float(0.5 * np.sum((y - a) ** 2))

    def grad(p, X, y):
        layers = [Layer(n, p) for n in (1, 2, 3)]
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            output = x
            for layer in layers:
                output = layer.activate(output)
            for i in reversed(range(3)):
                layer = layers[i]
                if i == 2:
                    layer.error = t - output
                    layer.delta = layer.error * layer.apply_activation_derivative(output)
                else:
                    nxt = layers[i + 1]
                    layer.error = np.dot(nxt.weights, nxt.delta)
                    layer.delta = layer.error * layer.apply_activation_derivative(layer.last_activation)
            for i, layer in enumerate(layers):
                o_i = np.atleast_2d(x if i == 0 else layers[i - 1].last_activation)
                g[f"layer{i + 1}_weights"] -= layer.delta * o_i.T
        return g

    rng = np.random.default_rng(412)
    params = {}
    for n, (i, o) in enumerate([(2, 5), (5, 4), (4, 2)], 1):
        params[f"layer{n}_weights"] = rng.normal(0, 1, (i, o))
        params[f"layer{n}_bias"] = rng.random(o) * 0.1
    X = rng.normal(size=(9, 2))
    return loss, grad, params, X, np.eye(2)[(X[:, 0] > 0).astype(int)]


@ill("missing_param")
def mattm_shared_bias():
    """One bias per layer, never updated."""

    class Neuron:
        def __init__(self, weights, bias):
            self.weights, self.bias = weights, bias

        def calculate_output(self, inputs):
            self.inputs = inputs
            total = sum(i * w for i, w in zip(inputs, self.weights)) + self.bias
            self.output = 1 / (1 + np.exp(-total))
            return self.output

        def pd_error_wrt_total_net_input(self, target):
            return -(target - self.output) * self.output * (1 - self.output)

    def build(p):
        hid = [Neuron(list(w), float(p["hidden_layer_bias"])) for w in p["hidden_layer_weights"]]
        out = [Neuron(list(w), float(p["output_layer_bias"])) for w in p["output_layer_weights"]]
        return hid, out

    def feed(hid, out, x):
        h = [n.calculate_output(x) for n in hid]
        return [n.calculate_output(h) for n in out]

    def loss(p, X, y):
        hid, out = build(p)
        return float(sum(0.5 * (t - o) ** 2 for x, tt in zip(X, y) for t, o in zip(tt, feed(hid, out, list(x)))))

    def grad(p, X, y):
        hid, out = build(p)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, tt in zip(X, y):
            feed(hid, out, list(x))
            pd_out = [n.pd_error_wrt_total_net_input(t) for n, t in zip(out, tt)]
            pd_hid = []
            for h in range(len(hid)):
                d = 0
                for o in range(len(out)):
                    d += pd_out[o] * out[o].weights[h]
                pd_hid.append(d * hid[h].output * (1 - hid[h].output))
            for o in range(len(out)):
                for k in range(len(out[o].weights)):
                    g["output_layer_weights"][o, k] += pd_out[o] * out[o].inputs[k]
            for h in range(len(hid)):
                for k in range(len(hid[h].weights)):
                    g["hidden_layer_weights"][h, k] += pd_hid[h] * hid[h].inputs[k]
        return g

    params = {
        "hidden_layer_weights": np.array([[0.15, 0.2], [0.25, 0.3]]),
        "hidden_layer_bias": np.array(0.35),
        "output_layer_weights": np.array([[0.4, 0.45], [0.5, 0.55]]),
        "output_layer_bias": np.array(0.6),
    }
    return loss, grad, params, np.array([[0.05, 0.1], [0.7, -0.4]]), np.array([[0.01, 0.99], [0.3, 0.6]])


@healthy
def hanbt_full_connected():
    """Correct: the layer takes the slope from its own input, which is the output of the layer below."""

    class SigmoidActivator:
        def forward(self, weighted_input):
            return 1.0 / (1.0 + np.exp(-weighted_input))

        def backward(self, output):
            return output * (1 - output)

    class FullConnectedLayer:
        def __init__(self, W, b):
            self.W, self.b, self.activator = W, b, SigmoidActivator()

        def forward(self, input_array):
            self.input = input_array
            self.output = self.activator.forward(np.dot(self.W, input_array) + self.b)

        def backward(self, delta_array):
            self.delta = self.activator.backward(self.input) * np.dot(self.W.T, delta_array)
            self.W_grad = np.dot(delta_array, self.input.T)
            self.b_grad = delta_array

    def net(p):
        return [FullConnectedLayer(p[f"W{i}"], p[f"b{i}"]) for i in range(3)]

    def predict(layers, x):
        out = x
        for l in layers:
            l.forward(out)
            out = l.output
        return out

    def loss(p, X, y):
        layers = net(p)
        return float(sum(0.5 * ((t - predict(layers, x)) ** 2).sum() for x, t in zip(X, y)))

    def grad(p, X, y):
        layers = net(p)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, label in zip(X, y):
            predict(layers, x)
            delta = layers[-1].activator.backward(layers[-1].output) * (label - layers[-1].output)
            for i in (2, 1, 0):
                layers[i].backward(delta)
                delta = layers[i].delta
                g[f"W{i}"] -= layers[i].W_grad
                g[f"b{i}"] -= layers[i].b_grad
        return g

    rng = np.random.default_rng(501)
    params = {}
    for i, (a, o) in enumerate([(4, 5), (5, 3), (3, 2)]):
        params[f"W{i}"] = rng.normal(0, 0.8, (o, a))
        params[f"b{i}"] = rng.normal(0, 0.3, (o, 1))
    return loss, grad, params, rng.random((5, 4, 1)), rng.random((5, 2, 1))


@healthy
def bpjsincl_assignment3():
    """Correct: probability minus target is the slope of the log loss, the issue takes it for that of a squared
    error."""
    wd_coeff = 0.03

    def logistic(x):
        return 1 / (1 + np.exp(-x))

    def log_prob(class_input):
        m = class_input.max(axis=0)
        return class_input - (m + np.log(np.exp(class_input - m).sum(axis=0)))

    def loss(p, X, y):
        lp = log_prob(p["hidToClass"] @ logistic(p["inputToHid"] @ X))
        wd = (np.sum(p["inputToHid"] ** 2) + np.sum(p["hidToClass"] ** 2)) / 2.0 * wd_coeff
        return float(-np.mean(np.sum(lp * y, axis=0)) + wd)

    def grad(p, X, y):
        hid_output = logistic(p["inputToHid"] @ X)
        class_prob = np.exp(log_prob(p["hidToClass"] @ hid_output))
        error_deriv = class_prob - y
        n = float(hid_output.shape[1])
        g2 = (np.dot(hid_output, error_deriv.T) / n).T
        back = np.dot(p["hidToClass"].T, error_deriv)
        g1 = (np.dot(X, ((1.0 - hid_output) * hid_output * back).T) / n).T
        return {"inputToHid": g1 + p["inputToHid"] * wd_coeff, "hidToClass": g2 + p["hidToClass"] * wd_coeff}

    rng = np.random.default_rng(502)
    X = rng.random((6, 9))
    return (
        loss,
        grad,
        {"inputToHid": rng.normal(0, 0.6, (5, 6)), "hidToClass": rng.normal(0, 0.6, (4, 5))},
        X,
        np.eye(4)[:, rng.integers(0, 4, 9)],
    )


def _mlpack_elu(again, seed):
    rng = np.random.default_rng(seed)
    alpha = 1.0

    def Fn(x):
        return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))

    def Deriv(y):
        return np.where(y > 0, 1.0, (Fn(y) if again else y) + alpha)

    def forward(p, X):
        a1 = Fn(p["W1"] @ X + p["b1"])
        return a1, p["W2"] @ a1 + p["b2"]

    def loss(p, X, y):
        return float(np.mean((forward(p, X)[1] - y) ** 2))

    def grad(p, X, y):
        a1, out = forward(p, X)
        g = 2 * (out - y) / out.size
        d = (p["W2"].T @ g) * Deriv(a1)
        return {"W1": d @ X.T, "b1": d.sum(axis=1, keepdims=True), "W2": g @ a1.T, "b2": g.sum(axis=1, keepdims=True)}

    params = {
        "W1": rng.normal(0, 0.9, (6, 3)),
        "b1": rng.normal(0, 0.3, (6, 1)),
        "W2": rng.normal(0, 0.9, (2, 6)),
        "b2": rng.normal(0, 0.3, (2, 1)),
    }
    return loss, grad, params, rng.normal(size=(3, 12)), rng.normal(size=(2, 12))


@healthy
def mlpack_elu_original():
    """Correct: y + alpha with y the value of the ELU; the pull request takes y for the pre-activation."""
    return _mlpack_elu(False, 503)


@ill("activation_slope_of_activation")
def mlpack_elu_mended():
    """The proposed mending: Fn(y) + alpha although y is the activation already, so the ELU is applied twice."""
    return _mlpack_elu(True, 504)


@ill("relu_mask", "activation_slope_of_error")
def proxies_leaky_regression():
    """Slope of the leaky ReLU taken at the derivative that arrives, not at z (the question writes it as
    dLeakyRelu(dZ))."""

    def leakyRelu(z):
        return np.where(z > 0, z, 0.01 * z)

    def dLeakyRelu(z):
        return np.where(z > 0, 1.0, 0.01)

    def forward(p, X):
        zHidden = p["weightHidden"] @ X + p["biasHidden"]
        aHidden = leakyRelu(zHidden)
        return zHidden, aHidden, p["weightOutput"] @ aHidden + p["biasOutput"]

    def loss(p, X, y):
        m = y.shape[1]
        return float(1 / m * np.sum((forward(p, X)[2] - y) ** 2))

    def grad(p, X, y):
        m = y.shape[1]
        zHidden, aHidden, aOut = forward(p, X)
        dA = 2 / m * (aOut - y)
        dZ = dA * 1
        dAprev = p["weightOutput"].T @ dZ
        dZprev = dAprev * dLeakyRelu(dAprev)
        return {
            "weightOutput": dZ @ aHidden.T,
            "biasOutput": dZ.sum(axis=1, keepdims=True),
            "weightHidden": dZprev @ X.T,
            "biasHidden": dZprev.sum(axis=1, keepdims=True),
        }

    rng = np.random.default_rng(505)
    params = {
        "weightHidden": rng.normal(0, 0.8, (7, 3)),
        "biasHidden": rng.normal(0, 0.2, (7, 1)),
        "weightOutput": rng.normal(0, 0.8, (1, 7)),
        "biasOutput": rng.normal(0, 0.2, (1, 1)),
    }
    return loss, grad, params, rng.normal(size=(3, 14)), rng.normal(size=(1, 14))


def _jcjohnson(seed, which):
    rng = np.random.default_rng(seed)

    def loss(p, X, y):
        return float(np.square(np.maximum(X.dot(p["w1"]), 0).dot(p["w2"]) - y).sum())

    def grad(p, X, y):
        w1, w2 = p["w1"], p["w2"]
        h = X.dot(w1)
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(w2)
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot((grad_w2 if which else w2).T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        return {"w1": X.T.dot(grad_h), "w2": grad_w2}

    return (
        loss,
        grad,
        {"w1": rng.normal(size=(6, 5)), "w2": rng.normal(size=(5, 3))},
        rng.normal(size=(8, 6)),
        rng.normal(size=(8, 3)),
    )


@healthy
def jcjohnson_two_layer():
    """Correct: w2.T carries back, the asker suspects it should be the gradient of w2."""
    return _jcjohnson(506, False)


@ill("wrong_matrix_carried_back")
def jcjohnson_grad_w2():
    """What the asker proposes: the gradient of w2 is carried back in place of w2."""
    return _jcjohnson(507, True)


@healthy
def xnought_zero_bias():
    """Correct: gradient of a bias of value 0 is not 0, as the asker thought."""

    def loss(p, X, y):
        return float(np.mean((p["weight"] * X + p["bias"] - y) ** 2))

    def grad(p, X, y):
        dvalue = 2 * (p["weight"] * X + p["bias"] - y)
        return {"weight": np.array(np.mean(dvalue * X)), "bias": np.array(np.mean(dvalue))}

    X = np.array([-1.0, 0.0, 1.0, 2.0])
    return loss, grad, {"weight": np.array(0.1), "bias": np.array(0.0)}, X, 2 * X + 1


@ill("activation_formula_on_preactivation")
def dlai31965_planar():
    """Slope of tanh written as 1 - Z1^2 instead of 1 - A1^2."""

    def forward_propagation(X, p):
        Z1 = np.dot(p["W1"], X) + p["b1"]
        A1 = np.tanh(Z1)
        A2 = 1 / (1 + np.exp(-(np.dot(p["W2"], A1) + p["b2"])))
        return {"Z1": Z1, "A1": A1, "A2": A2}

    def loss(p, X, Y):
        A2 = forward_propagation(X, p)["A2"]
        m = Y.shape[1]
        return float(-np.sum(np.log(A2) * Y + np.log(1 - A2) * (1 - Y)) / m)

    def grad(p, X, Y):
        m = X.shape[1]
        c = forward_propagation(X, p)
        Z1, A1, A2 = c["Z1"], c["A1"], c["A2"]
        dZ2 = A2 - Y
        dW2 = 1 / m * np.dot(dZ2, A1.T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.multiply(1 - np.power(Z1, 2), np.dot(p["W2"].T, dZ2))
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    rng = np.random.default_rng(508)
    X = rng.normal(size=(2, 16))
    params = {
        "W1": rng.normal(0, 0.8, (4, 2)),
        "b1": rng.normal(0, 0.2, (4, 1)),
        "W2": rng.normal(0, 0.8, (1, 4)),
        "b2": rng.normal(0, 0.2, (1, 1)),
    }
    return loss, grad, params, X, (X[:1] * X[1:] > 0).astype(float)


def _logsoftmax(n_scale, backward, seed):
    rng = np.random.default_rng(seed)

    def forward(p, X):
        z = p["weight"] @ X + p["bias"]
        z = z - z.max(axis=0)
        return z - np.log(np.exp(z).sum(axis=0))

    def loss(p, X, y):
        out = forward(p, X)
        return float(-np.sum(out[y, np.arange(len(y))]) * (1.0 / len(y) if n_scale else 1.0))

    def grad(p, X, y):
        out = forward(p, X)
        gy = np.zeros_like(out)
        gy[y, np.arange(len(y))] = -(1.0 / len(y) if n_scale else 1.0)
        g = backward(out, gy)
        return {"weight": g @ X.T, "bias": g.sum(axis=1, keepdims=True)}

    return (
        loss,
        grad,
        {"weight": rng.normal(0, 0.7, (4, 3)), "bias": rng.normal(0, 0.3, (4, 1))},
        rng.normal(size=(3, 10)),
        rng.integers(0, 4, 10),
    )


@ill("softmax_jacobian", "summed_not_averaged")
def mlpack_logsoftmax_mean():
    """Backward of log-softmax is exp(out) + g, right only when g sums to -1 per example; here g is divided by N."""
    return _logsoftmax(True, lambda input, gy: np.exp(input) + gy, 509)


@healthy
def mlpack_logsoftmax_sum():
    """Correct for a summed NLL, where the arriving gradient is -1 at the target, though the formula is not the
    general one."""
    return _logsoftmax(False, lambda input, gy: np.exp(input) + gy, 510)


@ill("unknown")
def onednn_logsoftmax():
    """Backward of log-softmax as g - (g . out) instead of g - exp(out) * sum(g)."""
    return _logsoftmax(True, lambda dst, diff_dst: diff_dst - np.sum(diff_dst * dst, axis=0), 511)


@ill("loss_in_place_of_slope")
def anny_delta_rule():
    """The neuron's error value (half the squared difference) is multiplied by the slope where output - target
    belongs."""

    def activation(x):
        return 1 / (1 + np.exp(-x))

    def prime(a):
        return a * (1 - a)

    def activate(p, x):
        hid = activation(p["in_hid"] @ np.append(x, 1.0))
        return hid, activation(p["hid_out"] @ np.append(hid, 1.0))

    def loss(p, X, y):
        return float(sum(0.5 * np.sum((t - activate(p, x)[1]) ** 2) for x, t in zip(X, y)))

    def grad(p, X, y):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for x, t in zip(X, y):
            hid, out = activate(p, x)
            error = 0.5 * (t - out) ** 2
            delta_out = error * prime(out)
            delta_hid = (p["hid_out"][:, :-1].T @ delta_out) * prime(hid)
            g["hid_out"] += np.outer(delta_out, np.append(hid, 1.0))
            g["in_hid"] += np.outer(delta_hid, np.append(x, 1.0))
        return g

    rng = np.random.default_rng(512)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return (
        loss,
        grad,
        {"in_hid": rng.normal(0, 1, (3, 3)), "hid_out": rng.normal(0, 1, (1, 4))},
        X,
        np.array([[0.0], [1.0], [1.0], [0.0]]),
    )


CASES = WARD.cases
