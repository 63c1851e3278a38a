"""A third ward: the programs of 66 threads and issues, in our own words, with the structure that they had there.

Each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


XOR_X = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])


XOR_Y = np.array([0.0, 1.0, 1.0, 0.0])


def sig(v):
    return 1.0 / (1.0 + np.exp(-v))


@ill("activation_slope_missing")
def xor_scalars_w1_no_slope():
    """Every weight by hand; the output weights' gradient is error times hidden value without y0(1-y0), the hidden
    ones have it."""
    params = {"w0": np.array([[0.9, 0.1], [0.3, 0.5]]), "w1": np.array([0.8, 0.7])}

    def loss(params, X, y):
        w0, w1 = params["w0"], params["w1"]
        err = 0.0
        for i in range(X.shape[0]):
            h0 = sig(w0[0, 0] * X[i][0] + w0[1, 0] * X[i][1])
            h1 = sig(w0[0, 1] * X[i][0] + w0[1, 1] * X[i][1])
            y0 = sig(w1[0] * h0 + w1[1] * h1)
            err += 0.5 * (y[i] - y0) ** 2
        return float(err)

    def grad(params, X, y):
        w0, w1 = params["w0"], params["w1"]
        deW0 = np.zeros((2, 2))
        deW1 = np.zeros(2)
        for i in range(X.shape[0]):
            h0 = sig(w0[0, 0] * X[i][0] + w0[1, 0] * X[i][1])
            h1 = sig(w0[0, 1] * X[i][0] + w0[1, 1] * X[i][1])
            y0 = sig(w1[0] * h0 + w1[1] * h1)
            dey0 = -(y[i] - y0)
            deW0[0, 0] += dey0 * y0 * (1 - y0) * w1[0] * h0 * (1 - h0) * X[i][0]
            deW0[0, 1] += dey0 * y0 * (1 - y0) * w1[1] * h1 * (1 - h1) * X[i][0]
            deW0[1, 0] += dey0 * y0 * (1 - y0) * w1[0] * h0 * (1 - h0) * X[i][1]
            deW0[1, 1] += dey0 * y0 * (1 - y0) * w1[1] * h1 * (1 - h1) * X[i][1]
            deW1[0] += dey0 * h0
            deW1[1] += dey0 * h1
        return {"w0": deW0, "w1": deW1}

    return loss, grad, params, XOR_X.copy(), XOR_Y.copy()


@ill("activation_slope_of_activation")
def bogotobogo_sigmoid_twice():
    """The tanh network was switched to sigmoid; sigmoid_prime wants the preactivation but is given stored
    activations."""
    rng = np.random.RandomState(3)
    params = {"W0": rng.uniform(-1, 1, (3, 3)), "W1": rng.uniform(-1, 1, (3, 1))}

    def activity(x):
        return 1 / (1 + np.exp(-x))

    def activity_derivative(x):
        return activity(x) * (1 - activity(x))

    def forward(params, x):
        a = [np.concatenate(([1.0], x))]
        for k in range(2):
            a.append(activity(np.dot(a[k], params["W%d" % k])))
        return a

    def loss(params, X, y):
        return float(sum(0.5 * np.sum((t - forward(params, x)[-1]) ** 2) for x, t in zip(X, y)))

    def grad(params, X, y):
        out = {k: np.zeros_like(v) for k, v in params.items()}
        for x, t in zip(X, y):
            a = forward(params, x)
            error = t - a[-1]
            delta_vec = [error * activity_derivative(a[-1])]
            for k in range(len(a) - 2, 0, -1):
                error = delta_vec[-1].dot(params["W%d" % k].T)
                delta_vec.append(error * activity_derivative(a[k]))
            delta_vec.reverse()
            for k in range(2):
                out["W%d" % k] -= np.outer(a[k], delta_vec[k])
        return out

    return loss, grad, params, XOR_X.copy(), XOR_Y.reshape(4, 1)


@ill("activation_slope_of_activation")
def csdn_bp_xor_hidden_twice():
    """XOR with columns (thread 'Debugging BP Algorithm for XOR Problem'), output slope already repaired: the diagonal
    matrix of the hidden layer still holds sigma'(out1)."""
    rng = np.random.RandomState(4)
    params = {"W1": rng.rand(2, 2), "b1": np.zeros([2, 1]), "W2": rng.rand(1, 2), "b2": rng.rand(1, 1)}

    def sigmoid(x):
        return 1 / (1 + np.exp(-1 * x))

    def sigmoid_(x):
        return sigmoid(x) * (1 - sigmoid(x))

    def loss(params, X, y):
        out1 = sigmoid(np.dot(params["W1"], X.T) + params["b1"])
        pred_y = sigmoid(np.dot(params["W2"], out1) + params["b2"])
        return float(np.sum((y.T - pred_y) ** 2))

    def grad(params, X, y):
        W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
        g = {k: np.zeros(v.shape) for k, v in params.items()}
        for r in range(len(X)):
            x = X[r].reshape(2, 1)
            out1 = sigmoid(np.dot(W1, x) + b1)
            pred_y = sigmoid(np.dot(W2, out1) + b2)
            err = y[r] - pred_y
            s2 = -2 * pred_y * (1 - pred_y) * err
            temp2 = np.diag(sigmoid_(out1).ravel())
            s1 = np.dot(temp2, W2.T) * s2
            g["W2"] += s2 * out1.T
            g["b2"] += s2
            g["W1"] += np.dot(s1, x.T)
            g["b1"] += s1
        return g

    return loss, grad, params, XOR_X.copy(), XOR_Y.reshape(4, 1)


@ill("delta_not_carried")
def whosebug_hidden_takes_output_error():
    """Hidden_error is computed but never used: the hidden delta takes the output error itself."""
    rng = np.random.RandomState(1)
    params = {"w_0": 2 * rng.rand(2, 2) - 1, "w_1": 2 * rng.rand(1, 2) - 1}

    def sigmoid(x, deriv=False):
        if deriv:
            return x * (1 - x)
        return 1 / (1 + np.exp(-x))

    def loss(params, X, y):
        total = 0.0
        for x, t in zip(X, y):
            inputs = np.array(x, ndmin=2).T
            hidden = sigmoid(np.dot(params["w_0"], inputs))
            output = sigmoid(np.dot(params["w_1"], hidden))
            total += 0.5 * np.sum((np.array(t, ndmin=2).T - output) ** 2)
        return float(total)

    def grad(params, X, y):
        d = {"w_0": np.zeros((2, 2)), "w_1": np.zeros((1, 2))}
        for x, t in zip(X, y):
            inputs = np.array(x, ndmin=2).T
            label = np.array(t, ndmin=2).T
            hidden = sigmoid(np.dot(params["w_0"], inputs))
            output = sigmoid(np.dot(params["w_1"], hidden))
            error = label - output
            delta = error * sigmoid(output, True)
            hidden_error = np.dot(params["w_1"].T, error)
            delta_hidden = error * sigmoid(hidden, True)
            d["w_1"] -= np.dot(delta, hidden.T)
            d["w_0"] -= np.dot(delta_hidden, inputs.T)
        return d

    X = np.array([[0.0, 1.0], [0.2, 0.9], [1.0, 0.0], [0.8, 0.3]])
    return loss, grad, params, X, np.array([[0.0, 0.0, 1.0, 1.0]]).T


@ill("delta_not_carried")
def whosebug_hidden_error_without_delta():
    """The asker's own repair: hidden_error is now used, but it carries the error back, not the delta."""
    rng = np.random.RandomState(2)
    params = {"w_0": 2 * rng.rand(2, 2) - 1, "w_1": 2 * rng.rand(1, 2) - 1}

    def sigmoid(x, deriv=False):
        if deriv:
            return x * (1 - x)
        return 1 / (1 + np.exp(-x))

    def loss(params, X, y):
        hidden = sigmoid(params["w_0"] @ X.T)
        output = sigmoid(params["w_1"] @ hidden)
        return float(0.5 * np.sum((y.T - output) ** 2))

    def grad(params, X, y):
        d = {"w_0": np.zeros((2, 2)), "w_1": np.zeros((1, 2))}
        for x, t in zip(X, y):
            inputs = np.array(x, ndmin=2).T
            label = np.array(t, ndmin=2).T
            hidden = sigmoid(np.dot(params["w_0"], inputs))
            output = sigmoid(np.dot(params["w_1"], hidden))
            error = label - output
            delta = error * sigmoid(output, True)
            hidden_error = np.dot(params["w_1"].T, error)
            delta_hidden = hidden_error * sigmoid(hidden, True)
            d["w_1"] -= np.dot(delta, hidden.T)
            d["w_0"] -= np.dot(delta_hidden, inputs.T)
        return d

    X = np.array([[0.0, 1.0], [0.2, 0.9], [1.0, 0.0], [0.8, 0.3]])
    return loss, grad, params, X, np.array([[0.0, 0.0, 1.0, 1.0]]).T


def _so_53287032(seed):
    rng = np.random.RandomState(seed)
    sizes = [5, 4, 4, 3]
    params = {"weights%d" % k: rng.randn(sizes[k + 1], sizes[k]) * 0.7 for k in range(3)}
    X = rng.rand(6, 5)
    Y = np.eye(3)[rng.randint(0, 3, 6)] * 0.98 + 0.01
    return params, X, Y


@healthy
def so_four_layers_tmp_carried():
    """Variant (1) of the question: sigmoid_prime is z(1-z) and is fed activations, tmp is carried back; all of it
    right."""
    params, X, Y = _so_53287032(5)

    def sigmoid_prime(z):
        return z * (1 - z)

    def run(params, v):
        A = [np.array(v, ndmin=2).T]
        for k in range(3):
            A.append(sig(np.dot(params["weights%d" % k], A[-1])))
        return A

    def loss(params, X, Y):
        return float(sum(0.5 * np.sum((run(params, v)[-1] - np.array(t, ndmin=2).T) ** 2) for v, t in zip(X, Y)))

    def grad(params, X, Y):
        G = {k: 0 * v for k, v in params.items()}
        for v, t in zip(X, Y):
            A = run(params, v)
            delta = A[-1] - np.array(t, ndmin=2).T
            for k in [2, 1, 0]:
                tmp = delta * sigmoid_prime(A[k + 1])
                delta = np.dot(params["weights%d" % k].T, tmp)
                G["weights%d" % k] = G["weights%d" % k] + np.dot(tmp, A[k].T)
        return G

    return loss, grad, params, X, Y


@ill("delta_not_carried")
def so_four_layers_delta_carried_raw():
    """Variant (2) of the question: the raw error goes back through the transposed weights, slopes only multiply
    locally."""
    params, X, Y = _so_53287032(6)

    def sigmoid_prime(z):
        return z * (1 - z)

    def run(params, v):
        A = [np.array(v, ndmin=2).T]
        for k in range(3):
            A.append(sig(np.dot(params["weights%d" % k], A[-1])))
        return A

    def loss(params, X, Y):
        return float(sum(0.5 * np.sum((run(params, v)[-1] - np.array(t, ndmin=2).T) ** 2) for v, t in zip(X, Y)))

    def grad(params, X, Y):
        G = {k: 0 * v for k, v in params.items()}
        for v, t in zip(X, Y):
            A = run(params, v)
            delta = A[-1] - np.array(t, ndmin=2).T
            for k in [2, 1, 0]:
                tmp = delta * sigmoid_prime(A[k + 1])
                delta = np.dot(params["weights%d" % k].T, delta)
                G["weights%d" % k] = G["weights%d" % k] + np.dot(tmp, A[k].T)
        return G

    return loss, grad, params, X, Y


@ill("delta_not_carried")
def rashid_tanh_hidden_errors():
    """Hidden_errors = who.T . output_errors, i.e. the errors go back without the output slope."""
    rng = np.random.RandomState(7)
    params = {"wih": rng.normal(0.0, 5**-0.5, (5, 1)), "who": rng.normal(0.0, 1.0, (1, 5))}

    class neuralNetwork:
        def __init__(self, params):
            self.wih = params["wih"]
            self.who = params["who"]
            self.activation_function = lambda x: 1.0 / (1.0 + np.exp(-x))

        def query(self, inputs_list):
            inputs = np.array(inputs_list, ndmin=2).T
            hidden_outputs = self.activation_function(np.dot(self.wih, inputs))
            return hidden_outputs, self.activation_function(np.dot(self.who, hidden_outputs))

        def train(self, inputs_list, targets_list):
            inputs = np.array(inputs_list, ndmin=2).T
            targets = np.array(targets_list, ndmin=2).T
            hidden_outputs, final_outputs = self.query(inputs_list)
            output_errors = targets - final_outputs
            hidden_errors = np.dot(self.who.T, output_errors)
            who = np.dot(output_errors * final_outputs * (1.0 - final_outputs), np.transpose(hidden_outputs))
            wih = np.dot(hidden_errors * hidden_outputs * (1.0 - hidden_outputs), np.transpose(inputs))
            return wih, who

    def loss(params, X, y):
        n = neuralNetwork(params)
        return float(sum(0.5 * np.sum((t - n.query(x)[1].ravel()) ** 2) for x, t in zip(X, y)))

    def grad(params, X, y):
        n = neuralNetwork(params)
        wih, who = 0.0, 0.0
        for x, t in zip(X, y):
            a, b = n.train(x, t)
            wih, who = wih + a, who + b
        return {"wih": -wih, "who": -who}

    X = np.linspace(-2, 2, 9).reshape(9, 1)
    return loss, grad, params, X, (np.tanh(X) + 1) / 2


@ill("loss_in_place_of_slope")
def rashid_error_is_squared():
    """The issue's suggestion carried out: output_errors are the squared errors, which is the cost, in place of target
    minus output."""
    rng = np.random.RandomState(8)
    params = {"wih": rng.normal(0.0, 0.6, (4, 3)), "who": rng.normal(0.0, 0.6, (2, 4))}

    def f(x):
        return 1.0 / (1.0 + np.exp(-x))

    def loss(params, X, y):
        final_outputs = f(params["who"] @ f(params["wih"] @ X.T))
        return float(np.sum((y.T - final_outputs) ** 2))

    def grad(params, X, y):
        inputs, targets = X.T, y.T
        hidden_outputs = f(np.dot(params["wih"], inputs))
        final_outputs = f(np.dot(params["who"], hidden_outputs))
        output_errors = (targets - final_outputs) ** 2
        output_grads = -output_errors * final_outputs * (1.0 - final_outputs)
        hidden_grads = np.dot(params["who"].T, output_grads) * hidden_outputs * (1.0 - hidden_outputs)
        return {"wih": np.dot(hidden_grads, inputs.T), "who": np.dot(output_grads, hidden_outputs.T)}

    X = rng.uniform(0.01, 1.0, (10, 3))
    y = np.full((10, 2), 0.01)
    y[np.arange(10), rng.randint(0, 2, 10)] = 0.99
    return loss, grad, params, X, y


@ill("wrong_cached_input", "delta_not_carried")
def one_neuron_demo_weights_as_inputs():
    """One neuron a layer (thread 'Backpropagation Demo Gives Always the Same Result'): weight deltas multiply by the
    weight itself instead of by its input, and the hidden gradient skips the output slope."""
    params = {"w1": np.array(0.7), "w2": np.array(-1.3), "b1": np.array(0.2), "b2": np.array(0.4)}

    def der_sigmoid(x):
        return x * (1 - x)

    def feedforward(x, p):
        h = sig(x * p["w1"] + p["b1"])
        return h, sig(h * p["w2"] + p["b2"])

    def loss(params, X, y):
        return float(sum((feedforward(q, params)[1] - a) ** 2 for q, a in zip(X, y)))

    def grad(params, X, y):
        w1, w2 = params["w1"], params["w2"]
        d = {k: np.array(0.0) for k in params}
        for q, a in zip(X, y):
            h, yHat = feedforward(q, params)
            gradient_y = 2 * (yHat - a)
            gradient_h = gradient_y * w2
            d["w2"] = d["w2"] + gradient_y * der_sigmoid(yHat) * w2
            d["w1"] = d["w1"] + gradient_h * der_sigmoid(h) * w1
            d["b2"] = d["b2"] + gradient_y * der_sigmoid(yHat)
            d["b1"] = d["b1"] + gradient_h * der_sigmoid(h)
        return d

    return loss, grad, params, np.array([1.0, 2.0, 3.0, 4.0, -1.0]), np.array([0.9, 0.1, 0.8, 0.2, 0.5])


@ill("delta_not_carried")
def one_neuron_demo_half_fixed():
    """Same demo with the inputs put right: gradient_h is still the cost slope times w2 without the output's sigmoid
    slope."""
    params = {"w1": np.array(0.7), "w2": np.array(-1.3), "b1": np.array(0.2), "b2": np.array(0.4)}

    def der_sigmoid(x):
        return x * (1 - x)

    def feedforward(x, p):
        h = sig(x * p["w1"] + p["b1"])
        return h, sig(h * p["w2"] + p["b2"])

    def loss(params, X, y):
        return float(sum((feedforward(q, params)[1] - a) ** 2 for q, a in zip(X, y)))

    def grad(params, X, y):
        w2 = params["w2"]
        d = {k: np.array(0.0) for k in params}
        for q, a in zip(X, y):
            h, yHat = feedforward(q, params)
            gradient_y = 2 * (yHat - a)
            gradient_h = gradient_y * w2
            d["w2"] = d["w2"] + gradient_y * der_sigmoid(yHat) * h
            d["w1"] = d["w1"] + gradient_h * der_sigmoid(h) * q
            d["b2"] = d["b2"] + gradient_y * der_sigmoid(yHat)
            d["b1"] = d["b1"] + gradient_h * der_sigmoid(h)
        return d

    return loss, grad, params, np.array([1.0, 2.0, 3.0, 4.0, -1.0]), np.array([0.9, 0.1, 0.8, 0.2, 0.5])


@ill("delta_not_carried", "label_not_subtracted")
def next_layer_values_summed():
    """Thread 'Basic Neural Network Problem in Training': hidden neurons sum the next layer's output values times
    weights, not its errors."""
    rng = np.random.RandomState(9)
    params = {"hidden": rng.uniform(-1, 1, (3, 4)), "out": rng.uniform(-1, 1, (5, 1))}

    def run(params, row):
        value0 = np.append(row, 1.0)
        value1 = np.append(sig(value0 @ params["hidden"]), 1.0)
        return value0, value1, sig(value1 @ params["out"])

    def loss(params, X, y):
        return float(0.5 * sum((run(params, r)[2][0] - t) ** 2 for r, t in zip(X, y)))

    def grad(params, X, y):
        g = {"hidden": np.zeros((3, 4)), "out": np.zeros((5, 1))}
        for row, target in zip(X, y):
            value0, value1, value2 = run(params, row)
            error2 = value2 * (1 - value2) * (target - value2)
            error1 = np.zeros(4)
            for n in range(4):
                total = 0.0
                for k in range(1):
                    total += value2[k] * params["out"][n, k]
                error1[n] = value1[n] * (1 - value1[n]) * total
            for i in range(5):
                g["out"][i, 0] += -value1[i] * error2[0]
            for i in range(3):
                for n in range(4):
                    g["hidden"][i, n] += -value0[i] * error1[n]
        return g

    return loss, grad, params, XOR_X.copy(), XOR_Y.copy()


@ill("activation_slope_of_activation")
def iamtrask_suggested_derivative():
    """The 11-line network after the issue's proposed 'correction': nonlin(l1, True) applies the sigmoid to l1 once
    more."""
    params = {"syn0": 2 * np.random.RandomState(1).random_sample((3, 1)) - 1}

    def nonlin(x, deriv=False):
        s = 1 / (1 + np.exp(-x))
        return s * (1 - s) if deriv else s

    def loss(params, X, y):
        return float(0.5 * np.sum((y - nonlin(np.dot(X, params["syn0"]))) ** 2))

    def grad(params, X, y):
        l0 = X
        l1 = nonlin(np.dot(l0, params["syn0"]))
        l1_error = y - l1
        l1_delta = l1_error * nonlin(l1, True)
        return {"syn0": -np.dot(l0.T, l1_delta)}

    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
    return loss, grad, params, X, np.array([[0.0, 0, 1, 1]]).T


@healthy
def packt_sigmoid_derivative_of_output():
    """X*(1-x) looks wrong but is only ever given self.output and self.layer1; loss is the plain sum of squares.
    Right."""
    rng = np.random.RandomState(10)
    params = {"weights1": rng.rand(3, 4), "weights2": rng.rand(4, 1)}

    def sigmoid_derivative(x):
        return x * (1.0 - x)

    class NeuralNetwork:
        def __init__(self, p, x, y):
            self.input, self.y = x, y
            self.weights1, self.weights2 = p["weights1"], p["weights2"]

        def feedforward(self):
            self.layer1 = sig(np.dot(self.input, self.weights1))
            self.output = sig(np.dot(self.layer1, self.weights2))

        def backprop(self):
            d_weights2 = np.dot(self.layer1.T, 2 * (self.y - self.output) * sigmoid_derivative(self.output))
            d_weights1 = np.dot(
                self.input.T,
                np.dot(2 * (self.y - self.output) * sigmoid_derivative(self.output), self.weights2.T)
                * sigmoid_derivative(self.layer1),
            )
            return d_weights1, d_weights2

    def loss(params, X, y):
        nn = NeuralNetwork(params, X, y)
        nn.feedforward()
        return float(np.sum((nn.y - nn.output) ** 2))

    def grad(params, X, y):
        nn = NeuralNetwork(params, X, y)
        nn.feedforward()
        d1, d2 = nn.backprop()
        return {"weights1": -d1, "weights2": -d2}

    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
    return loss, grad, params, X, np.array([[0.0], [1.0], [1.0], [0.0]])


@healthy
def deeplearntoolbox_nnbp():
    """Matlab nnbp in NumPy: d = -e .* a .* (1-a), bias as first column of W, bias column dropped from the carried
    delta. Right."""
    rng = np.random.RandomState(11)
    params = {"W1": rng.randn(5, 4) * 0.6, "W2": rng.randn(2, 6) * 0.6}

    def nnff(params, x):
        m = len(x)
        a1 = np.hstack([np.ones((m, 1)), x])
        a2 = np.hstack([np.ones((m, 1)), sig(a1 @ params["W1"].T)])
        a3 = sig(a2 @ params["W2"].T)
        return a1, a2, a3

    def loss(params, X, y):
        e = y - nnff(params, X)[-1]
        return float(0.5 * np.sum(e**2) / len(X))

    def grad(params, X, y):
        a = nnff(params, X)
        e = y - a[2]
        d = {3: -e * (a[2] * (1 - a[2]))}
        d_act = a[1] * (1 - a[1])
        d[2] = (d[3] @ params["W2"]) * d_act
        dW2 = d[3].T @ a[1] / len(X)
        dW1 = d[2][:, 1:].T @ a[0] / len(X)
        return {"W1": dW1, "W2": dW2}

    X = rng.rand(7, 3)
    return loss, grad, params, X, np.eye(2)[rng.randint(0, 2, 7)]


@ill("activation_slope_missing", "updated_weights", "different_loss")
def botacademy_two_faults():
    """Delta_o = o - l without the output sigmoid's slope under squared error, and the hidden delta goes through
    weights already stepped."""
    rng = np.random.RandomState(12)
    params = {
        "w_i_h": rng.uniform(-0.5, 0.5, (5, 6)),
        "w_h_o": rng.uniform(-0.5, 0.5, (3, 5)),
        "b_i_h": np.zeros((5, 1)),
        "b_h_o": np.zeros((3, 1)),
    }
    learn_rate = 0.1

    def forward(p, img):
        h = 1 / (1 + np.exp(-(p["b_i_h"] + p["w_i_h"] @ img)))
        o = 1 / (1 + np.exp(-(p["b_h_o"] + p["w_h_o"] @ h)))
        return h, o

    def loss(params, X, y):
        o = forward(params, X.T)[1]
        return float(0.5 * np.sum((o - y.T) ** 2))

    def grad(params, X, y):
        img, l = X.T, y.T
        h, o = forward(params, img)
        delta_o = o - l
        d_who = delta_o @ np.transpose(h)
        w_h_o = params["w_h_o"] - learn_rate * d_who
        delta_h = np.transpose(w_h_o) @ delta_o * (h * (1 - h))
        return {
            "w_i_h": delta_h @ np.transpose(img),
            "w_h_o": d_who,
            "b_i_h": delta_h.sum(axis=1, keepdims=True),
            "b_h_o": delta_o.sum(axis=1, keepdims=True),
        }

    X = rng.rand(8, 6)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 8)]


@ill("updated_weights")
def botacademy_slope_added_only():
    """Half of the pull request applied: slope added, but w_h_o is stepped in place before the hidden delta is
    taken."""
    rng = np.random.RandomState(13)
    params = {
        "w_i_h": rng.uniform(-0.5, 0.5, (5, 6)),
        "w_h_o": rng.uniform(-0.5, 0.5, (3, 5)),
        "b_i_h": rng.uniform(-0.2, 0.2, (5, 1)),
        "b_h_o": rng.uniform(-0.2, 0.2, (3, 1)),
    }
    learn_rate = 0.1

    def forward(p, img):
        h = 1 / (1 + np.exp(-(p["b_i_h"] + p["w_i_h"] @ img)))
        o = 1 / (1 + np.exp(-(p["b_h_o"] + p["w_h_o"] @ h)))
        return h, o

    def loss(params, X, y):
        o = forward(params, X.T)[1]
        return float(0.5 * np.sum((o - y.T) ** 2))

    def grad(params, X, y):
        img, l = X.T, y.T
        w_h_o = params["w_h_o"].copy()
        h, o = forward(params, img)
        delta_o = (o - l) * o * (1 - o)
        d_who = delta_o @ np.transpose(h)
        w_h_o += -learn_rate * d_who
        delta_h = np.transpose(w_h_o) @ delta_o * (h * (1 - h))
        return {
            "w_i_h": delta_h @ np.transpose(img),
            "w_h_o": d_who,
            "b_i_h": delta_h.sum(axis=1, keepdims=True),
            "b_h_o": delta_o.sum(axis=1, keepdims=True),
        }

    X = rng.rand(12, 6)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 12)]


@ill("updated_weights")
def mnist_last_column_bias_stepped():
    """Bias in the last column; the output layer is stepped with c before hidden_deltas read it, example by
    example."""
    rng = np.random.RandomState(14)
    params = {"layer0": rng.uniform(-1, 1, (4, 6)), "layer1": rng.uniform(-1, 1, (3, 5))}
    iteration = 0

    def feed_forward(layers, input_vector):
        hidden_outputs = sig(layers[0] @ np.append(input_vector, 1))
        return hidden_outputs, sig(layers[1] @ np.append(hidden_outputs, 1))

    def loss(params, X, y):
        layers = [params["layer0"], params["layer1"]]
        return float(sum(0.5 * np.sum((feed_forward(layers, v)[1] - t) ** 2) for v, t in zip(X, y)))

    def grad(params, X, y):
        c = 1.0 / (iteration + 2)
        total = [np.zeros_like(params["layer0"]), np.zeros_like(params["layer1"])]
        for input_vector, target in zip(X, y):
            layers = [params["layer0"].copy(), params["layer1"].copy()]
            hidden_outputs, outputs = feed_forward(layers, input_vector)
            output_deltas = outputs * (1 - outputs) * (outputs - target)
            step = np.outer(output_deltas, np.append(hidden_outputs, 1))
            layers[-1] -= c * step
            hidden_deltas = hidden_outputs * (1 - hidden_outputs) * np.dot(np.delete(layers[-1], 4, 1).T, output_deltas)
            total[1] += step
            total[0] += np.outer(hidden_deltas, np.append(input_vector, 1))
        return {"layer0": total[0], "layer1": total[1]}

    X = rng.rand(9, 5)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 9)]


@ill("wrong_matrix_carried_back", "unknown")
def mnist_other_column_deleted():
    """The other bug of the same issue, order already repaired: np.delete takes out a hidden unit's column instead of
    the last (bias) column before carrying back."""
    rng = np.random.RandomState(76)
    params = {"hidden_layer": rng.uniform(-1, 1, (5, 4)), "output_layer": rng.uniform(-1, 1, (3, 6))}

    def feed_forward(layers, input_vector):
        outputs = []
        for layer in layers:
            output = sig(np.inner(layer, np.append(input_vector, 1)))
            outputs.append(output)
            input_vector = output
        return outputs

    def loss(params, X, y):
        layers = [params["hidden_layer"], params["output_layer"]]
        return float(sum(0.5 * np.sum((feed_forward(layers, v)[-1] - t) ** 2) for v, t in zip(X, y)))

    def grad(params, X, y):
        layers = [params["hidden_layer"], params["output_layer"]]
        total = [np.zeros(layer.shape) for layer in layers]
        for input_vector, target in zip(X, y):
            hidden_outputs, outputs = feed_forward(layers, input_vector)
            output_deltas = outputs * (1 - outputs) * (outputs - target)
            hidden_deltas = hidden_outputs * (1 - hidden_outputs) * np.dot(np.delete(layers[-1], 3, 1).T, output_deltas)
            total[1] += np.outer(output_deltas, np.append(hidden_outputs, 1))
            total[0] += np.outer(hidden_deltas, np.append(input_vector, 1))
        return {"hidden_layer": total[0], "output_layer": total[1]}

    X = rng.rand(7, 3)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 7)]


@ill("updated_weights")
def joelgrus_lists_step_first():
    """Plain loops over neurons, no learning rate: the output neurons' weights are changed and then used for
    hidden_deltas."""
    rng = np.random.RandomState(15)
    params = {"hidden_layer": rng.uniform(-1, 1, (3, 3)), "output_layer": rng.uniform(-1, 1, (2, 4))}

    def neuron_output(weights, inputs):
        return 1 / (1 + np.exp(-sum(w * i for w, i in zip(weights, inputs))))

    def feed_forward(network, input_vector):
        outputs = []
        for layer in network:
            input_with_bias = list(input_vector) + [1]
            output = [neuron_output(neuron, input_with_bias) for neuron in layer]
            outputs.append(output)
            input_vector = output
        return outputs

    def loss(params, X, y):
        total = 0.0
        for x, t in zip(X, y):
            o = feed_forward([params["hidden_layer"], params["output_layer"]], x)[-1]
            total += 0.5 * sum((oi - ti) ** 2 for oi, ti in zip(o, t))
        return float(total)

    def grad(params, X, y):
        g_hidden = np.zeros((3, 3))
        g_output = np.zeros((2, 4))
        for input_vector, target in zip(X, y):
            network = [params["hidden_layer"].tolist(), params["output_layer"].tolist()]
            hidden_outputs, outputs = feed_forward(network, input_vector)
            output_deltas = [output * (1 - output) * (output - target[i]) for i, output in enumerate(outputs)]
            for i, output_neuron in enumerate(network[-1]):
                for j, hidden_output in enumerate(hidden_outputs + [1]):
                    output_neuron[j] -= output_deltas[i] * hidden_output
                    g_output[i, j] += output_deltas[i] * hidden_output
            hidden_deltas = [
                hidden_output * (1 - hidden_output) * sum(d * n[i] for d, n in zip(output_deltas, network[-1]))
                for i, hidden_output in enumerate(hidden_outputs)
            ]
            for i, hidden_neuron in enumerate(network[0]):
                for j, inp in enumerate(list(input_vector) + [1]):
                    g_hidden[i, j] += hidden_deltas[i] * inp
        return {"hidden_layer": g_hidden, "output_layer": g_output}

    X = rng.rand(6, 2)
    y = np.column_stack([X[:, 0] > X[:, 1], X[:, 0] + X[:, 1] > 1]).astype(float)
    return loss, grad, params, X, y


@ill("updated_weights", "delta_not_carried")
def java_basic_nn_as_filed():
    """Java port: weights are stepped first and then the plain errors (not the gradient) go back through the stepped
    matrix."""
    rng = np.random.RandomState(16)
    params = {
        "w0": rng.uniform(-1, 1, (4, 2)),
        "b0": rng.uniform(-1, 1, (4, 1)),
        "w1": rng.uniform(-1, 1, (3, 4)),
        "b1": rng.uniform(-1, 1, (3, 1)),
    }
    learningRate = 0.5

    def layers_of(p, column):
        layers = [column]
        for n in range(2):
            layers.append(sig(p["w%d" % n] @ layers[-1] + p["b%d" % n]))
        return layers

    def loss(params, X, y):
        return float(sum(0.5 * np.sum((layers_of(params, r[:, None])[-1] - t[:, None]) ** 2) for r, t in zip(X, y)))

    def grad(params, X, y):
        g = {k: np.zeros_like(v) for k, v in params.items()}
        for r, t in zip(X, y):
            weights = [params["w0"].copy(), params["w1"].copy()]
            layers = layers_of(params, r[:, None])
            target = t[:, None]
            for n in (2, 1):
                errors = target - layers[n]
                gradients = layers[n] * (1 - layers[n]) * errors
                deltas = gradients @ layers[n - 1].T
                g["w%d" % (n - 1)] -= deltas
                g["b%d" % (n - 1)] -= gradients
                weights[n - 1] = weights[n - 1] + learningRate * deltas
                previousError = weights[n - 1].T @ errors
                target = previousError + layers[n - 1]
        return g

    X = rng.rand(6, 2)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 6)]


@ill("delta_not_carried")
def java_basic_nn_line_moved():
    """The fix proposed in the issue (previousError before the step) is in; previousError still multiplies errors, not
    gradients."""
    rng = np.random.RandomState(17)
    params = {
        "w0": rng.uniform(-1, 1, (4, 2)),
        "b0": rng.uniform(-1, 1, (4, 1)),
        "w1": rng.uniform(-1, 1, (3, 4)),
        "b1": rng.uniform(-1, 1, (3, 1)),
    }

    def layers_of(p, column):
        layers = [column]
        for n in range(2):
            layers.append(sig(p["w%d" % n] @ layers[-1] + p["b%d" % n]))
        return layers

    def loss(params, X, y):
        return float(sum(0.5 * np.sum((layers_of(params, r[:, None])[-1] - t[:, None]) ** 2) for r, t in zip(X, y)))

    def grad(params, X, y):
        g = {k: np.zeros_like(v) for k, v in params.items()}
        for r, t in zip(X, y):
            layers = layers_of(params, r[:, None])
            target = t[:, None]
            for n in (2, 1):
                errors = target - layers[n]
                gradients = layers[n] * (1 - layers[n]) * errors
                deltas = gradients @ layers[n - 1].T
                previousError = params["w%d" % (n - 1)].T @ errors
                g["w%d" % (n - 1)] -= deltas
                g["b%d" % (n - 1)] -= gradients
                target = previousError + layers[n - 1]
        return g

    X = rng.rand(6, 2)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 6)]


@ill("activation_slope_missing", "different_loss")
def jiexunsee_del4():
    """Three weight matrices, sigmoid everywhere, squared error: del4 is target minus output without the last
    sigmoid's slope."""
    rng = np.random.RandomState(18)
    params = {
        "synaptic_weights1": rng.randn(3, 4),
        "synaptic_weights2": rng.randn(4, 3),
        "synaptic_weights3": rng.randn(3, 1),
    }

    def dsig(x):
        return x * (1 - x)

    def forward(params, inputs):
        a2 = sig(inputs.dot(params["synaptic_weights1"]))
        a3 = sig(a2.dot(params["synaptic_weights2"]))
        return a2, a3, sig(a3.dot(params["synaptic_weights3"]))

    def loss(params, X, y):
        return float(0.5 * np.sum((y - forward(params, X)[2]) ** 2))

    def grad(params, X, y):
        a2, a3, output = forward(params, X)
        del4 = y - output
        del3 = np.dot(params["synaptic_weights3"], del4.T) * dsig(a3).T
        del2 = np.dot(params["synaptic_weights2"], del3) * dsig(a2).T
        return {
            "synaptic_weights3": -np.dot(a3.T, del4),
            "synaptic_weights2": -np.dot(a2.T, del3.T),
            "synaptic_weights1": -np.dot(X.T, del2.T),
        }

    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0], [0.5, 0.2, 1], [0.3, 0.9, 1]])
    return loss, grad, params, X, np.array([[0.0, 1, 1, 0, 1, 1]]).T


@healthy
def jiexunsee_del4_fixed():
    """The version after the issue: err4 times slope, deltas kept as columns while layers are rows. Right."""
    rng = np.random.RandomState(19)
    params = {
        "synaptic_weights1": rng.randn(3, 4),
        "synaptic_weights2": rng.randn(4, 3),
        "synaptic_weights3": rng.randn(3, 1),
    }

    def dsig(x):
        return x * (1 - x)

    def forward(params, inputs):
        a2 = sig(inputs.dot(params["synaptic_weights1"]))
        a3 = sig(a2.dot(params["synaptic_weights2"]))
        return a2, a3, sig(a3.dot(params["synaptic_weights3"]))

    def loss(params, X, y):
        return float(0.5 * np.sum((y - forward(params, X)[2]) ** 2))

    def grad(params, X, y):
        a2, a3, output = forward(params, X)
        err4 = y - output
        del4 = err4 * dsig(output)
        del3 = np.dot(params["synaptic_weights3"], del4.T) * dsig(a3).T
        del2 = np.dot(params["synaptic_weights2"], del3) * dsig(a2).T
        return {
            "synaptic_weights3": -np.dot(a3.T, del4),
            "synaptic_weights2": -np.dot(a2.T, del3.T),
            "synaptic_weights1": -np.dot(X.T, del2.T),
        }

    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0], [0.5, 0.2, 1], [0.3, 0.9, 1]])
    return loss, grad, params, X, np.array([[0.0, 1, 1, 0, 1, 1]]).T


@ill("wrong_cached_input")
def cpp_ann_input_everywhere():
    """C++ port: below the output layer every weight gradient is taken with the input layer's values, also for the
    second hidden layer."""
    rng = np.random.RandomState(20)
    params = {
        "weightMatrix0": rng.randn(4, 4) * 0.8,
        "weightMatrix1": rng.randn(4, 4) * 0.8,
        "weightMatrix2": rng.randn(4, 2) * 0.8,
    }

    def run(params, x):
        vals = [x.reshape(1, -1)]
        for i in range(3):
            vals.append(sig(vals[-1] @ params["weightMatrix%d" % i]))
        return vals

    def loss(params, X, y):
        return float(sum(0.5 * np.sum((run(params, x)[-1][0] - t) ** 2) for x, t in zip(X, y)))

    def grad(params, X, y):
        newWeights = {k: np.zeros(v.shape) for k, v in params.items()}
        for x, t in zip(X, y):
            layers = run(params, x)
            gradients = (layers[3] - t) * layers[3] * (1 - layers[3])
            newWeights["weightMatrix2"] += layers[2].T @ gradients
            for i in range(2, 0, -1):
                w = params["weightMatrix%d" % i]
                gradients = (gradients @ w.T) * layers[i] * (1 - layers[i])
                zActivatedVals = layers[0]
                newWeights["weightMatrix%d" % (i - 1)] += zActivatedVals.T @ gradients
        return newWeights

    X = rng.randn(5, 4)
    return loss, grad, params, X, rng.randint(0, 2, (5, 2)).astype(float)


@healthy
def aforge_neuron_errors():
    """The issue suspects the last layer's errors are never stored; the row is a view on the jagged array, so they
    are. Right."""
    rng = np.random.RandomState(21)
    params = {
        "Weights0": rng.uniform(-1, 1, (3, 2)),
        "Threshold0": rng.uniform(-1, 1, 3),
        "Weights1": rng.uniform(-1, 1, (2, 3)),
        "Threshold1": rng.uniform(-1, 1, 2),
    }
    alpha = 2.0

    def compute(params, inp):
        outs = []
        v = inp
        for l in range(2):
            W, th = params["Weights%d" % l], params["Threshold%d" % l]
            v = np.array(
                [1 / (1 + np.exp(-alpha * (sum(W[n, i] * v[i] for i in range(len(v))) + th[n]))) for n in range(len(W))]
            )
            outs.append(v)
        return outs

    def Derivative2(y):
        return alpha * y * (1 - y)

    def loss(params, X, Y):
        return float(sum(np.sum((d - compute(params, i)[-1]) ** 2) / 2 for i, d in zip(X, Y)))

    def grad(params, X, Y):
        G = {k: np.zeros_like(v) for k, v in params.items()}
        neuronErrors = [np.zeros(3), np.zeros(2)]
        for inp, desiredOutput in zip(X, Y):
            outs = compute(params, inp)
            errors = neuronErrors[1]
            for i in range(2):
                output = outs[1][i]
                e = desiredOutput[i] - output
                errors[i] = e * Derivative2(output)
            errorsNext = neuronErrors[1]
            errors = neuronErrors[0]
            for i in range(3):
                total = 0.0
                for k in range(2):
                    total += errorsNext[k] * params["Weights1"][k, i]
                errors[i] = total * Derivative2(outs[0][i])
            prev = [inp, outs[0]]
            for l in range(2):
                for n in range(len(neuronErrors[l])):
                    for i in range(len(prev[l])):
                        G["Weights%d" % l][n, i] -= neuronErrors[l][n] * prev[l][i]
                    G["Threshold%d" % l][n] -= neuronErrors[l][n]
        return G

    X = rng.uniform(-1, 1, (5, 2))
    return loss, grad, params, X, rng.rand(5, 2)


@healthy
def learn_dl_fc_input_slope():
    """A layer's self.delta is already the layer below's delta, so the slope is taken of self.input; readers call it a
    bug. Right."""
    rng = np.random.RandomState(22)
    params = {
        "W_0": rng.uniform(-0.5, 0.5, (4, 4)),
        "b_0": np.zeros((4, 1)),
        "W_1": rng.uniform(-0.5, 0.5, (4, 4)),
        "b_1": np.zeros((4, 1)),
        "W_2": rng.uniform(-0.5, 0.5, (2, 4)),
        "b_2": np.zeros((2, 1)),
    }

    class SigmoidActivator:
        def forward(self, v):
            return 1.0 / (1.0 + np.exp(-v))

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

    def build(params):
        return [FullConnectedLayer(params["W_%d" % i], params["b_%d" % i]) for i in range(3)]

    def predict(layers, x):
        out = x
        for layer in layers:
            layer.forward(out)
            out = layer.output
        return out

    def loss(params, X, y):
        layers = build(params)
        return float(
            sum(0.5 * ((t.reshape(-1, 1) - predict(layers, x.reshape(-1, 1))) ** 2).sum() for x, t in zip(X, y))
        )

    def grad(params, X, y):
        layers = build(params)
        res = {k: np.zeros_like(v) for k, v in params.items()}
        for x, t in zip(X, y):
            predict(layers, x.reshape(-1, 1))
            delta = layers[-1].activator.backward(layers[-1].output) * (t.reshape(-1, 1) - layers[-1].output)
            for i in (2, 1, 0):
                layers[i].backward(delta)
                delta = layers[i].delta
                res["W_%d" % i] -= layers[i].W_grad
                res["b_%d" % i] -= layers[i].b_grad
        return res

    X = rng.uniform(0.1, 0.9, (6, 4))
    return loss, grad, params, X, np.where(rng.rand(6, 2) > 0.5, 0.9, 0.1)


@healthy
def victorzhou_scalar_weights():
    """Named scalars for every weight and d_L_d_ypred = -2(y - ypred) without 1/n looks unlike an MSE; the mean is
    taken at the end. Right."""
    rng = np.random.RandomState(23)
    params = {k: np.array(rng.normal()) for k in ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3")}

    def deriv_sigmoid(x):
        fx = sig(x)
        return fx * (1 - fx)

    def loss(params, X, y):
        p = params
        h1 = sig(p["w1"] * X[:, 0] + p["w2"] * X[:, 1] + p["b1"])
        h2 = sig(p["w3"] * X[:, 0] + p["w4"] * X[:, 1] + p["b2"])
        return float(((y - sig(p["w5"] * h1 + p["w6"] * h2 + p["b3"])) ** 2).mean())

    def grad(params, X, y):
        p = params
        acc = {k: 0.0 for k in params}
        for x, y_true in zip(X, y):
            sum_h1 = p["w1"] * x[0] + p["w2"] * x[1] + p["b1"]
            sum_h2 = p["w3"] * x[0] + p["w4"] * x[1] + p["b2"]
            h1, h2 = sig(sum_h1), sig(sum_h2)
            sum_o1 = p["w5"] * h1 + p["w6"] * h2 + p["b3"]
            d_L_d_ypred = -2 * (y_true - sig(sum_o1))
            d_ypred_d_h1 = p["w5"] * deriv_sigmoid(sum_o1)
            d_ypred_d_h2 = p["w6"] * deriv_sigmoid(sum_o1)
            acc["w5"] += d_L_d_ypred * h1 * deriv_sigmoid(sum_o1)
            acc["w6"] += d_L_d_ypred * h2 * deriv_sigmoid(sum_o1)
            acc["b3"] += d_L_d_ypred * deriv_sigmoid(sum_o1)
            acc["w1"] += d_L_d_ypred * d_ypred_d_h1 * x[0] * deriv_sigmoid(sum_h1)
            acc["w2"] += d_L_d_ypred * d_ypred_d_h1 * x[1] * deriv_sigmoid(sum_h1)
            acc["b1"] += d_L_d_ypred * d_ypred_d_h1 * deriv_sigmoid(sum_h1)
            acc["w3"] += d_L_d_ypred * d_ypred_d_h2 * x[0] * deriv_sigmoid(sum_h2)
            acc["w4"] += d_L_d_ypred * d_ypred_d_h2 * x[1] * deriv_sigmoid(sum_h2)
            acc["b2"] += d_L_d_ypred * d_ypred_d_h2 * deriv_sigmoid(sum_h2)
        return {k: np.asarray(v / len(X)) for k, v in acc.items()}

    X = np.array([[-2.0, -1.0], [25.0, 6.0], [17.0, 4.0], [-15.0, -6.0]]) / 10
    return loss, grad, params, X, np.array([1.0, 0.0, 0.0, 1.0])


@ill("sign")
def simple_perceptron_plus_equals():
    """Products made elementwise as the answers say, but out - y is added to the weights, so it climbs."""
    rng = np.random.RandomState(24)
    params = {"weights": 2 * rng.random_sample((3, 1)) - 1}

    def loss(params, X, y):
        return float(np.sum((y - sig(np.dot(X, params["weights"]))) ** 2))

    def grad(params, X, y):
        weights = params["weights"].copy()
        out = sig(np.dot(X, weights))
        dE = 2 * np.dot(X.T, (out - y) * out * (1 - out))
        weights += dE
        return {"weights": -(weights - params["weights"])}

    X = np.array([[1.0, 0, 1], [0, 1, 1], [0, 1, 0], [0, 0, 1]])
    return loss, grad, params, X, np.array([[1.0], [0], [0], [0]])


@ill("summed_not_averaged")
def welch_demystified_lambda():
    """The cost was divided by X.shape[0] when the penalty came in, the derivative was not; the penalty's own gradient
    is right."""
    rng = np.random.RandomState(25)
    params = {"W1": rng.randn(2, 3), "W2": rng.randn(3, 1)}

    class Neural_Network:
        def __init__(self, p, Lambda=0.05):
            self.W1, self.W2, self.Lambda = p["W1"], p["W2"], Lambda

        def forward(self, X):
            self.z2 = np.dot(X, self.W1)
            self.a2 = sig(self.z2)
            self.z3 = np.dot(self.a2, self.W2)
            return sig(self.z3)

        def sigmoidPrime(self, z):
            return np.exp(-z) / ((1 + np.exp(-z)) ** 2)

        def costFunction(self, X, y):
            self.yHat = self.forward(X)
            return 0.5 * np.sum((y - self.yHat) ** 2) / X.shape[0] + (self.Lambda / 2) * (
                np.sum(self.W1**2) + np.sum(self.W2**2)
            )

        def costFunctionPrime(self, X, y):
            self.yHat = self.forward(X)
            delta3 = np.multiply(-(y - self.yHat), self.sigmoidPrime(self.z3))
            dJdW2 = np.dot(self.a2.T, delta3) + self.Lambda * self.W2
            delta2 = np.dot(delta3, self.W2.T) * self.sigmoidPrime(self.z2)
            dJdW1 = np.dot(X.T, delta2) + self.Lambda * self.W1
            return dJdW1, dJdW2

    def loss(params, X, y):
        return float(Neural_Network(params).costFunction(X, y))

    def grad(params, X, y):
        dJdW1, dJdW2 = Neural_Network(params).costFunctionPrime(X, y)
        return {"W1": dJdW1, "W2": dJdW2}

    X = np.array([[3.0, 5], [5, 1], [10, 2], [6, 1.5]]) / 10
    return loss, grad, params, X, np.array([[75.0], [82], [93], [70]]) / 100


def _nielsen(seed, sizes=(4, 5, 3), n=6):
    rng = np.random.RandomState(seed)
    params = {}
    for i in range(len(sizes) - 1):
        params["weights%d" % i] = rng.randn(sizes[i + 1], sizes[i]) / np.sqrt(sizes[i])
        params["biases%d" % i] = rng.randn(sizes[i + 1], 1)
    X = rng.rand(n, sizes[0], 1)
    Y = np.eye(sizes[-1])[rng.randint(0, sizes[-1], n)][:, :, None]
    return params, X, Y


@healthy
def nielsen_network2_cross_entropy():
    """Network2: delta = a - y without sigmoid_prime, which belongs to the cross-entropy cost; L2 on weights only.
    Right."""
    params, X, Y = _nielsen(26, n=5)
    lmbda = 0.8

    def loss(params, X, Y):
        cost = 0.0
        for x, y in zip(X, Y):
            a = x
            for i in range(2):
                a = sig(np.dot(params["weights%d" % i], a) + params["biases%d" % i])
            cost += np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a))) / len(X)
        cost += 0.5 * (lmbda / len(X)) * sum(np.linalg.norm(params["weights%d" % i]) ** 2 for i in range(2))
        return float(cost)

    def grad(params, X, Y):
        weights = [params["weights0"], params["weights1"]]
        biases = [params["biases0"], params["biases1"]]
        nabla_w = [np.zeros(w.shape) for w in weights]
        nabla_b = [np.zeros(b.shape) for b in biases]
        for x, y in zip(X, Y):
            activations, zs = [x], []
            for b, w in zip(biases, weights):
                zs.append(np.dot(w, activations[-1]) + b)
                activations.append(sig(zs[-1]))
            delta = activations[-1] - y
            nabla_b[-1] = nabla_b[-1] + delta
            nabla_w[-1] = nabla_w[-1] + np.dot(delta, activations[-2].T)
            sp = sig(zs[-2]) * (1 - sig(zs[-2]))
            delta = np.dot(weights[-1].T, delta) * sp
            nabla_b[-2] = nabla_b[-2] + delta
            nabla_w[-2] = nabla_w[-2] + np.dot(delta, activations[-3].T)
        n = len(X)
        out = {}
        for i in range(2):
            out["weights%d" % i] = nabla_w[i] / n + (lmbda / n) * weights[i]
            out["biases%d" % i] = nabla_b[i] / n
        return out

    return loss, grad, params, X, Y


@ill("activation_slope_extra", "different_loss")
def nielsen_network2_sigmoid_prime_put_back():
    """The pull request's change to network2: the cross-entropy's output delta is multiplied by sigmoid_prime(z)."""
    params, X, Y = _nielsen(27, sizes=(3, 4, 4, 2))

    def sigmoid_prime(z):
        return sig(z) * (1 - sig(z))

    class CrossEntropyCost:
        @staticmethod
        def fn(a, y):
            return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))

        @staticmethod
        def delta(z, a, y):
            return a - y

    def loss(params, X, Y):
        total = 0.0
        for x, y in zip(X, Y):
            a = x
            for i in range(3):
                a = sig(np.dot(params["weights%d" % i], a) + params["biases%d" % i])
            total += CrossEntropyCost.fn(a, y)
        return float(total / len(X))

    def grad(params, X, Y):
        W = [params["weights%d" % i] for i in range(3)]
        B = [params["biases%d" % i] for i in range(3)]
        out = {k: np.zeros(v.shape) for k, v in params.items()}
        for x, y in zip(X, Y):
            activations, zs = [x], []
            for b, w in zip(B, W):
                zs.append(np.dot(w, activations[-1]) + b)
                activations.append(sig(zs[-1]))
            delta = CrossEntropyCost.delta(zs[-1], activations[-1], y) * sigmoid_prime(zs[-1])
            for l in range(1, 4):
                if l > 1:
                    delta = np.dot(W[-l + 1].T, delta) * sigmoid_prime(zs[-l])
                out["biases%d" % (3 - l)] += delta / len(X)
                out["weights%d" % (3 - l)] += np.dot(delta, activations[-l - 1].T) / len(X)
        return out

    return loss, grad, params, X, Y


@ill("scale")
def nielsen_cost_derivative_doubled():
    """The pull request's 2*(a-y) with the book's quadratic cost, which has the half in front."""
    params, X, Y = _nielsen(28)

    def sigmoid_prime(z):
        return sig(z) * (1 - sig(z))

    def cost_derivative(output_activations, y):
        return 2 * (output_activations - y)

    def loss(params, X, Y):
        total = 0.0
        for x, y in zip(X, Y):
            a = x
            for i in range(2):
                a = sig(np.dot(params["weights%d" % i], a) + params["biases%d" % i])
            total += np.linalg.norm(a - y) ** 2
        return float(total / (2 * len(X)))

    def grad(params, X, Y):
        out = {k: np.zeros(v.shape) for k, v in params.items()}
        for x, y in zip(X, Y):
            activations, zs = [x], []
            for i in range(2):
                zs.append(np.dot(params["weights%d" % i], activations[-1]) + params["biases%d" % i])
                activations.append(sig(zs[-1]))
            delta = cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
            out["biases1"] += delta
            out["weights1"] += np.dot(delta, activations[-2].T)
            delta = np.dot(params["weights1"].T, delta) * sigmoid_prime(zs[-2])
            out["biases0"] += delta
            out["weights0"] += np.dot(delta, activations[-3].T)
        return {k: v / len(X) for k, v in out.items()}

    return loss, grad, params, X, Y


def _planar(seed, n_h=4, m=7):
    rng = np.random.RandomState(seed)
    params = {
        "W1": rng.randn(n_h, 2) * 0.7,
        "b1": rng.randn(n_h, 1) * 0.1,
        "W2": rng.randn(1, n_h) * 0.7,
        "b2": rng.randn(1, 1) * 0.1,
    }
    X = rng.randn(2, m)
    Y = (rng.rand(1, m) > 0.5).astype(float)
    return params, X, Y


def _planar_forward(params, X):
    Z1 = np.dot(params["W1"], X) + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(params["W2"], A1) + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _planar_cost(params, X, Y):
    A2, _ = _planar_forward(params, X)
    m = Y.shape[1]
    return float(-np.sum(np.multiply(np.log(A2), Y) + np.multiply(1 - Y, np.log(1 - A2))) / m)


@ill("averaged_twice")
def dlai_dZ1_divided_by_m():
    """DZ1 is multiplied by 1/m and dW1, db1 again; the second layer is right."""
    params, X, Y = _planar(29)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        A1 = cache["A1"]
        dZ2 = A2 - Y
        dW2 = (1 / m) * np.dot(dZ2, A1.T)
        db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
        first = np.dot(params["W2"].T, dZ2)
        second = 1 - np.power(A1, 2)
        dZ1 = (1 / m) * np.multiply(first, second)
        dW1 = (1 / m) * np.dot(dZ1, X.T)
        db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@healthy
def dlai_multiply_for_dot_single_output():
    """Np.multiply where the formula has a dot product: with one output unit (n_h,1)*(1,m) broadcasts to the same
    numbers. Right."""
    params, X, Y = _planar(30)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, cache["A1"].T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.multiply(np.multiply(params["W2"].T, dZ2), 1 - np.power(cache["A1"], 2))
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@ill("wrong_matrix_carried_back")
def dlai_dW2_for_W2():
    """DZ1 goes back through dW2, the gradient just computed, in place of W2."""
    params, X, Y = _planar(31)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        A1 = cache["A1"]
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(dW2.T, dZ2) * (1 - np.power(A1, 2))
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@ill("dot_vs_elementwise")
def dlai_dot_with_slope():
    """Second poster: the slope is multiplied in as a matrix product, with A1.T A1 in place of the elementwise square
    to make the shapes fit."""
    params, X, Y = _planar(32, n_h=4, m=5)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        A1 = cache["A1"]
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(np.dot(params["W2"].T, dZ2), (1 - np.dot(A1.T, A1)))
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@healthy
def dlai_tanh_of_cached_Z1():
    """Slope as 1 - tanh(cache Z1)^2 where the course wants A1; the course's test fails for another reason. Right."""
    params, X, Y = _planar(33)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        dZ2 = A2 - Y
        dW2 = 1 / m * np.dot(dZ2, cache["A1"].T)
        db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.dot(params["W2"].T, dZ2) * (1 - np.tanh(cache["Z1"]) ** 2)
        dW1 = 1 / m * np.dot(dZ1, X.T)
        db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@ill("unknown", "activation_slope_extra")
def dlai_times_Z1():
    """G'(Z1) was read as g' times Z1: the tanh slope is multiplied by the preactivation as well."""
    params, X, Y = _planar(34)

    def backward_propagation(params, X, Y):
        m = X.shape[1]
        A2, cache = _planar_forward(params, X)
        A1, Z1 = cache["A1"], cache["Z1"]
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        g_dash = (1 - np.power(A1, 2)) * Z1
        dZ1 = np.dot(params["W2"].T, dZ2) * g_dash
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    return _planar_cost, backward_propagation, params, X, Y


@ill("wrong_shape", "dot_vs_elementwise")
def dlai_propagate_elementwise():
    """Logistic regression: dw is X * (A - Y) / m, elementwise, so it has the shape of X."""
    rng = np.random.RandomState(35)
    params = {"w": rng.randn(3, 1), "b": np.array(0.3)}

    def loss(params, X, Y):
        A = sig(np.dot(params["w"].T, X) + params["b"])
        return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))

    def propagate(params, X, Y):
        m = X.shape[1]
        A = sig(np.dot(params["w"].T, X) + params["b"])
        dw = (1 / m) * X * (A - Y)
        db = (1 / m) * np.sum(A - Y)
        return {"w": dw, "b": np.array(db)}

    X = rng.randn(3, 6)
    return loss, propagate, params, X, (rng.rand(1, 6) > 0.4).astype(float)


@healthy
def dlai_one_hidden_flat_W2():
    """W_2 is a 1-D vector and the log loss shortcut y_pred - y is called a trick; reshapes look dubious. Right."""
    rng = np.random.RandomState(36)
    params = {"W_1": rng.randn(3, 5) * 0.6, "W_2": rng.randn(5) * 0.6}

    def loss(params, X, y):
        a_2 = sig(np.dot(X, params["W_1"]))
        y_pred = sig(np.dot(a_2, params["W_2"])).reshape((len(X),))
        return float(-np.sum(y * np.log(y_pred) + (1 - y) * np.log(1 - y_pred)))

    def grad(params, X, y):
        W_1, W_2 = params["W_1"], params["W_2"]
        z_2 = np.dot(X, W_1)
        a_2 = sig(z_2)
        y_pred = sig(np.dot(a_2, W_2)).reshape((len(X),))
        J_z_3_grad = y_pred - y
        J_W_2_grad = np.dot(J_z_3_grad, a_2)
        a_2_z_2_grad = sig(z_2) * (1 - sig(z_2))
        J_W_1_grad = np.dot(np.dot(J_z_3_grad.reshape(-1, 1), W_2.reshape(-1, 1).T).T * a_2_z_2_grad.T, X).T
        return {"W_1": J_W_1_grad, "W_2": J_W_2_grad}

    X = rng.randn(9, 3)
    return loss, grad, params, X, (X[:, 0] > 0).astype(float)


@healthy
def ng_theta_matrix_loop():
    """Thread 'Backpropagation for Neural Network - Python': np.matrix columns, bias unit on top, delta_2[1:] after a
    slope which is zero at the bias unit. Right for the log loss."""
    rng = np.random.RandomState(37)
    params = {"theta_1": rng.uniform(-0.8, 0.8, (4, 5)), "theta_2": rng.uniform(-0.8, 0.8, (3, 5))}

    def sigmoid(theta, x):
        return 1 / (1 + np.exp(-np.asarray(theta @ x)))

    def loss(params, X, y):
        h = np.vstack([np.ones((1, X.shape[1])), sigmoid(params["theta_1"], X)])
        o = sigmoid(params["theta_2"], h)
        return float(-np.sum(y * np.log(o) + (1 - y) * np.log(1 - o)) / X.shape[1])

    def grad(params, X, y):
        theta_1, theta_2 = np.matrix(params["theta_1"]), np.matrix(params["theta_2"])
        x, t_all, m = np.matrix(X), np.matrix(y), X.shape[1]
        all_delta_1, all_delta_2 = 0, 0
        for t in range(m):
            hidden_layer = np.matrix(np.concatenate((np.ones((1, 1)), sigmoid(theta_1, x[:, t]))))
            output_layer = np.matrix(sigmoid(theta_2, hidden_layer))
            delta_3 = output_layer - t_all[:, t]
            delta_2 = np.multiply((theta_2.T * delta_3), np.multiply(hidden_layer, (1 - hidden_layer)))
            all_delta_2 = all_delta_2 + delta_3 * hidden_layer.T
            all_delta_1 = all_delta_1 + delta_2[1:] * x[:, t].T
        return {"theta_1": np.asarray(all_delta_1 / m), "theta_2": np.asarray(all_delta_2 / m)}

    X = np.vstack([np.ones((1, 8)), rng.rand(4, 8)])
    return loss, grad, params, X, np.eye(3)[:, rng.randint(0, 3, 8)]


@ill("broadcast", "scalar_cost")
def gd_numpy_newaxis_broadcast():
    """(h-y) is (m,1) and X[:,j][newaxis,:] is (1,m): every error meets every input before the sum."""
    rng = np.random.RandomState(38)
    params = {"theta": np.array([[0.5], [-0.7]])}

    def loss(params, X_norm, y):
        return float(np.sum((X_norm.dot(params["theta"]) - y) ** 2) / (2 * len(y)))

    def grad(params, X_norm, y):
        theta = params["theta"]
        m, n = X_norm.shape
        temp = np.zeros((n, 1))
        h = np.dot(X_norm, theta)
        for j in range(n):
            temp[j] = (1.0 / m) * np.sum((h - y) * X_norm[:, j][np.newaxis, :])
        return {"theta": temp}

    x = rng.uniform(0, 1, 12)
    X = np.column_stack([np.ones(12), x])
    return loss, grad, params, X, (2 + 3 * x + 0.1 * rng.randn(12)).reshape(12, 1)


@healthy
def gd_matrix_class_univariate():
    """Thread 'Gradient Descent Using Python and Numpy Matrix Class': multiply(errors, x[:,j]).sum(axis=0) with
    matrices; the asker suspects it. Right."""
    rng = np.random.RandomState(39)
    params = {"theta": np.array([[0.4], [-0.2]])}

    class LinearRegression:
        def __init__(self, theta):
            self.theta = np.matrix(theta)

        def computeCost(self, x, y, m):
            squaredErrors = np.power(x * self.theta - y, 2)
            return squaredErrors.sum(axis=0) / (2 * m)

        def derivatives(self, x, y, m):
            errors = x * self.theta - y
            sumDeriv1 = np.multiply(errors, x[:, 0]).sum(axis=0)
            sumDeriv2 = np.multiply(errors, x[:, 1]).sum(axis=0)
            return np.vstack([(1.0 / m) * sumDeriv1, (1.0 / m) * sumDeriv2])

    def loss(params, X, y):
        return float(LinearRegression(params["theta"]).computeCost(np.matrix(X), np.matrix(y), len(y))[0, 0])

    def grad(params, X, y):
        return {"theta": np.asarray(LinearRegression(params["theta"]).derivatives(np.matrix(X), np.matrix(y), len(y)))}

    x = rng.uniform(4, 9, 10) / 5
    return loss, grad, params, np.column_stack([np.ones(10), x]), (1.2 * x - 0.4 + 0.2 * rng.randn(10)).reshape(-1, 1)


@ill("scale")
def djib_divided_by_sum_x():
    """The derivatives of the mean squared error are divided by sum(x) where len(x) belongs."""
    rng = np.random.RandomState(40)
    params = {"w": np.array(0.37), "b": np.array(-0.6)}

    def loss(params, x, y):
        return float(np.mean((y - (params["w"] * x + params["b"])) ** 2))

    def grad(params, x, y):
        y_hat = params["w"] * x + params["b"]
        dw = -(2 / sum(x)) * sum(x * (y - y_hat))
        db = -(2 / sum(x)) * sum(y - y_hat)
        return {"w": np.array(dw), "b": np.array(db)}

    x = rng.uniform(0, 8, 15)
    return loss, grad, params, x, 2.5 * x + 1 + rng.randn(15)


@healthy
def siraj_step_gradient_in_loop():
    """2/N inside the loop over points is called an error in the formula; it is the same number. Right."""
    rng = np.random.RandomState(41)
    params = {"b": np.array(0.1), "m": np.array(0.8)}

    def loss(params, points, y):
        totalError = 0
        for i in range(len(points)):
            totalError += (y[i] - (params["m"] * points[i] + params["b"])) ** 2
        return float(totalError / float(len(points)))

    def grad(params, points, y):
        b_gradient = 0
        m_gradient = 0
        N = float(len(points))
        for i in range(len(points)):
            x = points[i]
            b_gradient += -(2 / N) * (y[i] - ((params["m"] * x) + params["b"]))
            m_gradient += -(2 / N) * x * (y[i] - ((params["m"] * x) + params["b"]))
        return {"b": np.array(b_gradient), "m": np.array(m_gradient)}

    x = rng.uniform(1, 3, 11)
    return loss, grad, params, x, 1.5 * x + rng.randn(11)


@ill("scale")
def assemblyai_linear_without_two():
    """Mean squared error as the printed loss, 1/n instead of 2/n in dw and db."""
    rng = np.random.RandomState(42)
    params = {"weights": rng.randn(3), "bias": np.array(0.2)}

    class LinearRegression:
        def __init__(self, p):
            self.weights, self.bias = p["weights"], p["bias"]

        def predict(self, X):
            return np.dot(X, self.weights) + self.bias

        def gradients(self, X, y):
            n_samples, n_features = X.shape
            y_pred = np.dot(X, self.weights) + self.bias
            dw = (1 / n_samples) * np.dot(X.T, (y_pred - y))
            db = (1 / n_samples) * np.sum(y_pred - y)
            return dw, db

    def loss(params, X, y):
        return float(np.mean((y - LinearRegression(params).predict(X)) ** 2))

    def grad(params, X, y):
        dw, db = LinearRegression(params).gradients(X, y)
        return {"weights": dw, "bias": np.array(db)}

    X = rng.randn(20, 3)
    return loss, grad, params, X, X @ np.array([1.0, -2, 0.5]) + 0.3 + 0.1 * rng.randn(20)


@ill("summed_not_averaged")
def erik_ridge_sum_of_errors():
    """Training error is a mean of half squares plus penalty; grad_w sums over the samples without 1/n, penalty added
    as it is."""
    rng = np.random.RandomState(43)
    params = {"w": rng.uniform(-0.5, 0.5, 4)}

    class l2_regularization:
        def __init__(self, alpha):
            self.alpha = alpha

        def __call__(self, w):
            return self.alpha * 0.5 * w.T.dot(w)

        def grad(self, w):
            return self.alpha * w

    regularization = l2_regularization(0.3)

    def loss(params, X, y):
        X = np.insert(X, 0, 1, axis=1)
        y_pred = X.dot(params["w"])
        return float(np.mean(0.5 * (y - y_pred) ** 2) + regularization(params["w"]))

    def grad(params, X, y):
        X = np.insert(X, 0, 1, axis=1)
        y_pred = X.dot(params["w"])
        grad_w = -(y - y_pred).dot(X) + regularization.grad(params["w"])
        return {"w": grad_w}

    X = rng.randn(14, 3)
    return loss, grad, params, X, X[:, 0] - X[:, 2] + 0.2 * rng.randn(14)


@ill("summed_not_averaged")
def erik_logistic_no_mean():
    """Logistic regression with mean log loss; -(y - y_pred).dot(X) has no 1/n_samples."""
    rng = np.random.RandomState(44)
    params = {"param": rng.uniform(-0.6, 0.6, 4)}

    def loss(params, X, y):
        p = sig(X.dot(params["param"]))
        return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))

    def grad(params, X, y):
        y_pred = sig(X.dot(params["param"]))
        return {"param": -(y - y_pred).dot(X)}

    X = rng.randn(16, 4)
    return loss, grad, params, X, (X[:, 1] + 0.5 * rng.randn(16) > 0).astype(float)


@ill("scalar_cost", "wrong_cached_input", "labels_misaligned")
def gd_logistic_factor_outside_loop():
    """Thread 'GD for logistic regression isn't stable': grad[j] *= X[i, j] stands outside the loop over i, so the
    summed error meets only the last row (odds already repaired)."""
    rng = np.random.RandomState(45)
    params = {"b": rng.randn(3) * 0.5}

    class LogisticRegression:
        def __init__(self, b, m, p):
            self.b, self.m, self.p = b, m, p

        def odds(self, x):
            return np.exp(self.b.dot(x)) / float(1 + np.exp(self.b.dot(x)))

        def gd_step(self, X, y):
            grad = np.zeros(self.p)
            for j in range(self.p):
                for i in range(self.m):
                    grad[j] += self.odds(X[i]) - y[i]
                grad[j] *= X[i, j]
            return grad

    def loss(params, X, y):
        lr = LogisticRegression(params["b"], X.shape[0], X.shape[1])
        p = np.array([lr.odds(x) for x in X])
        return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))

    def grad(params, X, y):
        lr = LogisticRegression(params["b"], X.shape[0], X.shape[1])
        return {"b": lr.gd_step(X, y) / float(lr.m)}

    X = np.column_stack([np.ones(10), rng.randn(10, 2)])
    return loss, grad, params, X, (rng.rand(10) > 0.35).astype(float)


@ill("regularisation")
def matlab_costFunctionReg_penalty_in_loop():
    """Loops from Matlab: the penalty's lambda/m*theta(j) is added once for every example instead of once."""
    rng = np.random.RandomState(46)
    params = {"theta": rng.randn(4, 1) * 0.6}
    lam = 1.5

    def loss(params, X, y):
        theta = params["theta"]
        m, n = X.shape
        h = sig(X @ theta)
        J = 0.0
        for i in range(m):
            J = J - y[i, 0] * np.log(h[i, 0]) - (1 - y[i, 0]) * np.log(1 - h[i, 0])
            for j in range(1, n):
                J = J + lam / (2 * m) * theta[j, 0] ** 2
        J = J / m
        return float(J)

    def grad(params, X, y):
        theta = params["theta"]
        m, n = X.shape
        h = sig(X @ theta)
        g = np.zeros((n, 1))
        for i in range(m):
            g[0] = g[0] + (1 / m) * (h[i] - y[i]) * X[i, 0]
        for i in range(m):
            for j in range(1, n):
                g[j] = g[j] + (1 / m) * (h[i] - y[i]) * X[i, j] + (lam / m) * theta[j]
        return {"theta": g}

    X = np.column_stack([np.ones(9), rng.randn(9, 3)])
    return loss, grad, params, X, (rng.rand(9, 1) > 0.5).astype(float)


@ill("sign")
def linear_svc_bias_sign():
    """Violators add +y to grad_b although the loss has -y*b; the weights are right."""
    rng = np.random.RandomState(47)
    params = {"w": rng.randn(2, 1), "b": rng.randn(1, 1)}

    def cal_score(params, point_v, lable):
        return lable * (point_v @ params["w"] + params["b"])

    def cal_hinge(params, score):
        hinge_loss = 1 - score
        hinge_loss[hinge_loss < 0] = 0
        cost = 0.5 * sum(params["w"] ** 2) + sum(hinge_loss) / len(score)
        return hinge_loss, cost

    def loss(params, X, y):
        return float(cal_hinge(params, cal_score(params, X, y))[1][0])

    def cal_grad(params, X, y):
        w, b = params["w"], params["b"]
        hinge, _ = cal_hinge(params, cal_score(params, X, y))
        grad_w = np.zeros(w.shape)
        grad_b = np.zeros(b.shape)
        for i, h in enumerate(hinge):
            if h == 0:
                grad_w += w
            else:
                grad_w += w - (X[i] * y[i]).reshape(-1, 1)
                grad_b += y[i]
        return {"w": grad_w / len(X), "b": grad_b / len(X)}

    X = np.vstack([rng.randn(9, 2) + 1, rng.randn(6, 2) - 1])
    return loss, cal_grad, params, X, np.array([[1.0]] * 9 + [[-1.0]] * 6)


@ill("regularisation")
def cs231n_svm_naive_reg_without_two():
    """Loss has reg*sum(W*W), the gradient adds reg*W without the 2."""
    rng = np.random.RandomState(48)
    params = {"W": rng.randn(5, 4) * 0.5}
    reg = 0.2

    def loss(params, X, y):
        W = params["W"]
        total = 0.0
        for i in range(X.shape[0]):
            scores = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                margin = scores[j] - scores[y[i]] + 1
                if margin > 0:
                    total += margin
        return float(total / X.shape[0] + reg * np.sum(W * W))

    def grad(params, X, y):
        W = params["W"]
        dW = np.zeros(W.shape)
        for i in range(X.shape[0]):
            scores = X[i].dot(W)
            for j in range(W.shape[1]):
                if j == y[i]:
                    continue
                if scores[j] - scores[y[i]] + 1 > 0:
                    dW[:, j] += X[i]
                    dW[:, y[i]] -= X[i]
        dW /= X.shape[0]
        dW += reg * W
        return {"W": dW}

    X = rng.randn(10, 5)
    return loss, grad, params, X, rng.randint(0, 4, 10)


@ill("regularisation")
def cs231n_svm_vectorised_half_in_loss():
    """The assignment's loss has 0.5*reg*sum(W*W), the learner derives from the notes and adds 2*reg*W."""
    rng = np.random.RandomState(49)
    params = {"W": rng.randn(6, 3) * 0.4}
    reg = 0.15

    def margins_of(W, X, y):
        scores = X.dot(W)
        margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1.0)
        margins[np.arange(len(y)), y] = 0
        return margins

    def loss(params, X, y):
        W = params["W"]
        return float(np.sum(margins_of(W, X, y)) / len(y) + 0.5 * reg * np.sum(W * W))

    def grad(params, X, y):
        W = params["W"]
        mask = (margins_of(W, X, y) > 0).astype(float)
        mask[np.arange(len(y)), y] = -np.sum(mask, axis=1)
        dW = X.T.dot(mask) / len(y)
        dW += 2 * reg * W
        return {"W": dW}

    X = np.column_stack([rng.randn(12, 5), np.ones(12)])
    return loss, grad, params, X, rng.randint(0, 3, 12)


@ill("scale")
def handson_svc_global_C():
    """B_derivative takes a global C left over from another cell, w takes self.C."""
    rng = np.random.RandomState(50)
    params = {"w": rng.randn(3, 1), "b": np.array([0.25])}
    C = 2

    class MyLinearSVC:
        def __init__(self, C):
            self.C = C

        def cost(self, w, b, X, t):
            return 0.5 * np.sum(w * w) + self.C * np.sum(np.maximum(0, 1 - t * (X.dot(w) + b)))

        def derivatives(self, w, b, X, t):
            X_t = X * t
            support_vectors_idx = (X_t.dot(w) + t * b < 1).ravel()
            X_t_sv = X_t[support_vectors_idx]
            t_sv = t[support_vectors_idx]
            w_gradient_vector = w - self.C * np.sum(X_t_sv, axis=0).reshape(-1, 1)
            b_derivative = -C * np.sum(t_sv)
            return w_gradient_vector, b_derivative

    svc = MyLinearSVC(C=0.5)

    def loss(params, X, y):
        return float(svc.cost(params["w"], params["b"], X, y * 2 - 1))

    def grad(params, X, y):
        gw, gb = svc.derivatives(params["w"], params["b"], X, y * 2 - 1)
        return {"w": gw, "b": np.array([gb])}

    X = rng.randn(13, 3)
    return loss, grad, params, X, (X[:, :1] + 0.8 * rng.randn(13, 1) > -0.5).astype(float)


@ill("softmax_jacobian")
def softmax_local_gradient_overwritten():
    """The double loop over i and j overwrites gradient[i], so only the last column of the softmax Jacobian remains,
    as a vector."""
    rng = np.random.RandomState(51)
    params = {"w": rng.randn(4, 5) * 0.5, "b": rng.randn(4) * 0.1}

    class Softmax:
        def forward(self, x):
            exps = np.exp(x)
            self.value = exps / np.sum(exps)
            return self.value

        def backward(self):
            self.gradient = np.zeros(len(self.value))
            for i in range(len(self.value)):
                for j in range(len(self.value)):
                    if i == j:
                        self.gradient[i] = self.value[i] * (1 - self.value[i])
                    else:
                        self.gradient[i] = -self.value[i] * self.value[j]
            return self.gradient

    def loss(params, X, y):
        return float(-sum(np.sum(t * np.log(Softmax().forward(params["w"] @ x + params["b"]))) for x, t in zip(X, y)))

    def grad(params, X, y):
        gw, gb = np.zeros((4, 5)), np.zeros(4)
        layer = Softmax()
        for x, t in zip(X, y):
            value = layer.forward(params["w"] @ x + params["b"])
            upstream = -t / value
            dz = upstream * layer.backward()
            gw += np.outer(dz, x)
            gb += dz
        return {"w": gw, "b": gb}

    X = rng.rand(7, 5)
    return loss, grad, params, X, np.eye(4)[rng.randint(0, 4, 7)]


@healthy
def softmax_jacobian_by_rows():
    """Cross-entropy derivative -Y/Yhat and a full softmax Jacobian per row, multiplied; the asker doubts it.
    Right."""
    rng = np.random.RandomState(52)
    params = {"W": rng.randn(3, 4) * 0.8, "V": rng.randn(4, 3) * 0.8}

    def softMax(X):
        e = np.exp(X - X.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(params, X, Y):
        return float(-np.sum(Y * np.log(softMax(np.tanh(X @ params["W"]) @ params["V"]))))

    def grad(params, X, Y):
        H = np.tanh(X @ params["W"])
        Yhat = softMax(H @ params["V"])
        dE = -Y / Yhat
        dX = np.zeros_like(dE)
        for i in range(len(X)):
            JS = np.diag(Yhat[i]) - np.outer(Yhat[i], Yhat[i])
            dX[i] = dE[i] @ JS
        dH = dX @ params["V"].T
        return {"W": X.T @ (dH * (1 - H * H)), "V": H.T @ dX}

    X = rng.randn(8, 3)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 8)]


@ill("scale", "summed_not_averaged")
def softmax_entropy_divided_by_classes():
    """The cost divides by len(y), which is the number of classes for one example; s - y does not."""
    rng = np.random.RandomState(53)
    params = {"W": rng.randn(4, 3), "c": rng.randn(4)}

    def softmax(z):
        expp = np.exp(z)
        return np.divide(expp, np.sum(expp))

    def loss(params, x, y):
        s = softmax(params["W"] @ x + params["c"])
        return float(-np.sum(y * np.log(s)) / len(y))

    def grad(params, x, y):
        s = softmax(params["W"] @ x + params["c"])
        cost_gradient = s - y
        return {"W": np.outer(cost_gradient, x), "c": cost_gradient}

    return loss, grad, params, np.array([1.1, -0.4, 0.7]), np.array([0.0, 0.0, 1.0, 0.0])


@ill("scale")
def adeveloperdiary_mean_over_classes():
    """Cost is -np.mean(Y * log(A)) over all entries of a (classes, batch) matrix; the gradient divides by the batch
    only."""
    rng = np.random.RandomState(54)
    n = [5, 6, 4]
    params = {
        "W1": rng.randn(n[1], n[0]) / np.sqrt(n[0]),
        "b1": np.zeros((n[1], 1)),
        "W2": rng.randn(n[2], n[1]) / np.sqrt(n[1]),
        "b2": np.zeros((n[2], 1)),
    }

    def forward(params, X):
        store = {}
        A = X.T
        store["A0"] = A
        Z = params["W1"].dot(A) + params["b1"]
        A = 1 / (1 + np.exp(-Z))
        store["A1"], store["Z1"] = A, Z
        Z = params["W2"].dot(A) + params["b2"]
        expZ = np.exp(Z - np.max(Z))
        return expZ / expZ.sum(axis=0, keepdims=True), store

    def loss(params, X, Y):
        A, _ = forward(params, X)
        return float(-np.mean(Y * np.log(A.T)))

    def grad(params, X, Y):
        A, store = forward(params, X)
        m = X.shape[0]
        dZ = A - Y.T
        dW2 = dZ.dot(store["A1"].T) / m
        db2 = np.sum(dZ, axis=1, keepdims=True) / m
        s = 1 / (1 + np.exp(-store["Z1"]))
        dZ = params["W2"].T.dot(dZ) * s * (1 - s)
        dW1 = 1.0 / m * dZ.dot(store["A0"].T)
        db1 = 1.0 / m * np.sum(dZ, axis=1, keepdims=True)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    X = rng.randn(9, 5)
    return loss, grad, params, X, np.eye(4)[rng.randint(0, 4, 9)]


@ill("bias_reduction", "missing_param")
def stat453_bias_one_sum():
    """Softmax regression: the bias gradient is one sum over examples and classes given to every class (which is zero
    up to rounding)."""
    rng = np.random.RandomState(55)
    params = {"weights": rng.randn(3, 2) * 0.4, "bias": rng.randn(3) * 0.2}

    def probas_of(params, x):
        z = np.dot(x, params["weights"].T) + params["bias"]
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    def loss(params, x, y):
        return float(np.mean(-np.sum(np.log(probas_of(params, x)) * y, axis=1)))

    def grad(params, x, y):
        probas = probas_of(params, x)
        grad_loss_wrt_w = -np.dot(x.T, y - probas).T
        grad_loss_wrt_b = -np.sum(y - probas)
        n = y.shape[0]
        return {"weights": grad_loss_wrt_w / n, "bias": np.zeros(3) + grad_loss_wrt_b / n}

    x = rng.randn(12, 2)
    return loss, grad, params, x, np.eye(3)[rng.choice(3, 12, p=[0.6, 0.3, 0.1])]


@healthy
def cs224n_softmax_not_differentiated():
    """D3 = yhat - labels, no softmax gradient to be seen, cost is a sum over the batch, biases are (1, H) rows.
    Right."""
    rng = np.random.RandomState(56)
    params = {"W1": rng.randn(5, 4) * 0.7, "b1": rng.randn(1, 4), "W2": rng.randn(4, 3) * 0.7, "b2": rng.randn(1, 3)}

    def softmax(x):
        x = np.exp(x - np.max(x, axis=1, keepdims=True))
        return x / np.sum(x, axis=1, keepdims=True)

    def loss(params, data, labels):
        h = sig(data.dot(params["W1"]) + params["b1"])
        yhat = softmax(h.dot(params["W2"]) + params["b2"])
        return float(np.sum(-np.log(yhat[labels == 1])))

    def grad(params, data, labels):
        h = sig(data.dot(params["W1"]) + params["b1"])
        yhat = softmax(h.dot(params["W2"]) + params["b2"])
        d3 = yhat - labels
        gradW2 = np.dot(h.T, d3)
        gradb2 = np.sum(d3, 0, keepdims=True)
        dh = np.dot(d3, params["W2"].T)
        grad_h = h * (1 - h) * dh
        gradW1 = np.dot(data.T, grad_h)
        gradb1 = np.sum(grad_h, 0)
        return {"W1": gradW1, "b1": np.reshape(gradb1, (1, 4)), "W2": gradW2, "b2": gradb2}

    data = rng.randn(10, 5)
    return loss, grad, params, data, np.eye(3)[rng.randint(0, 3, 10)]


@ill("averaged_twice")
def nn_assignments_divided_again():
    """Softmax exercise with the pull request's extra / num_samples while dLdO already holds 1/N."""
    rng = np.random.RandomState(57)
    params = {"Theta": rng.randn(4, 3) * 0.5}

    def SoftMax(A):
        E = np.exp(A - A.max(0))
        return E / E.sum(0)

    def loss(params, X, Y):
        O = SoftMax(params["Theta"].T @ X)
        return float(-np.log(O[Y, np.arange(X.shape[1])]).sum() / X.shape[1])

    def grad(params, X, Y):
        num_samples = X.shape[1]
        O = SoftMax(params["Theta"].T @ X)
        onehot = np.zeros_like(O)
        onehot[Y, np.arange(num_samples)] = 1.0
        dLdO = -onehot / O / num_samples
        dLdA = O * (dLdO - (dLdO * O).sum(0, keepdims=True))
        dLdTheta = np.dot(X, dLdA.T) / num_samples
        return {"Theta": dLdTheta}

    X = np.vstack([np.ones((1, 11)), rng.randn(3, 11)])
    return loss, grad, params, X, rng.randint(0, 3, 11)


@ill("softmax_jacobian", "different_loss")
def erik_softmax_diagonal_bce():
    """Loss -y log p - (1-y) log(1-p) for each class; the Softmax class's gradient is p(1-p), the diagonal only."""
    rng = np.random.RandomState(58)
    params = {
        "W": rng.uniform(-0.7, 0.7, (4, 5)),
        "w0": np.zeros((1, 5)),
        "V": rng.uniform(-0.7, 0.7, (5, 3)),
        "v0": np.zeros((1, 3)),
    }

    class Softmax:
        def __call__(self, x):
            e_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
            return e_x / np.sum(e_x, axis=-1, keepdims=True)

        def gradient(self, x):
            p = self.__call__(x)
            return p * (1 - p)

    class Sigmoid:
        def __call__(self, x):
            return 1 / (1 + np.exp(-x))

        def gradient(self, x):
            return self.__call__(x) * (1 - self.__call__(x))

    class CrossEntropy:
        def loss(self, y, p):
            return -y * np.log(p) - (1 - y) * np.log(1 - p)

        def gradient(self, y, p):
            return -(y / p) + (1 - y) / (1 - p)

    hidden_activation, output_activation, cost = Sigmoid(), Softmax(), CrossEntropy()

    def loss(params, X, y):
        hidden_output = hidden_activation(X.dot(params["W"]) + params["w0"])
        y_pred = output_activation(hidden_output.dot(params["V"]) + params["v0"])
        return float(np.sum(cost.loss(y, y_pred)))

    def grad(params, X, y):
        hidden_input = X.dot(params["W"]) + params["w0"]
        hidden_output = hidden_activation(hidden_input)
        output_layer_input = hidden_output.dot(params["V"]) + params["v0"]
        y_pred = output_activation(output_layer_input)
        grad_wrt_out_l_input = cost.gradient(y, y_pred) * output_activation.gradient(output_layer_input)
        grad_v = hidden_output.T.dot(grad_wrt_out_l_input)
        grad_v0 = np.sum(grad_wrt_out_l_input, axis=0, keepdims=True)
        grad_wrt_hidden = grad_wrt_out_l_input.dot(params["V"].T) * hidden_activation.gradient(hidden_input)
        return {
            "W": X.T.dot(grad_wrt_hidden),
            "w0": np.sum(grad_wrt_hidden, axis=0, keepdims=True),
            "V": grad_v,
            "v0": grad_v0,
        }

    X = rng.randn(9, 4)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 9)]


@ill("activation_slope_extra", "softmax_jacobian")
def kirill_softmax_times_sigmoid_prime():
    """Softmax with mean cross-entropy: output - batch_y is already the delta, but it is multiplied by sigmoid_prime
    of the last preactivation."""
    rng = np.random.RandomState(77)
    shape = [4, 6, 5, 3]
    params = {}
    for i in range(3):
        params["weight_%d" % i] = rng.randn(shape[i], shape[i + 1]) * 0.6
        params["bias_%d" % i] = rng.randn(1, shape[i + 1]) * 0.2

    def sigmoid_prime(h):
        return sig(h) * (1 - sig(h))

    def softmax(h):
        e = np.exp(h - h.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def feed_forward(params, batch_X):
        hidden_layers, activations = [batch_X], [batch_X]
        for i in range(3):
            hidden_layers.append(activations[-1] @ params["weight_%d" % i] + params["bias_%d" % i])
            activations.append(softmax(hidden_layers[-1]) if i == 2 else sig(hidden_layers[-1]))
        return hidden_layers, activations

    def loss(params, batch_X, batch_y):
        output = feed_forward(params, batch_X)[1][-1]
        return float(-np.sum(batch_y * np.log(output)) / len(batch_X))

    def grad(params, batch_X, batch_y):
        hidden_layers, activations = feed_forward(params, batch_X)
        output = activations[-1]
        delta_t = (output - batch_y) * sigmoid_prime(hidden_layers[-1])
        out = {}
        for t in (2, 1, 0):
            out["weight_%d" % t] = activations[t].T @ delta_t / len(batch_X)
            out["bias_%d" % t] = delta_t.mean(axis=0, keepdims=True)
            if t > 0:
                delta_t = (delta_t @ params["weight_%d" % t].T) * sigmoid_prime(hidden_layers[t])
        return out

    X = rng.randn(8, 4)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 8)]


@ill("softmax_jacobian")
def jorgen_softmax_like_sigmoid():
    """Quadratic cost on softmax outputs, the softmax derivative written like the sigmoid's s(1-s); bias is the first
    row of each matrix."""
    rng = np.random.RandomState(59)
    params = {"weights_0": rng.uniform(-0.9, 0.9, (4, 5)), "weights_1": rng.uniform(-0.9, 0.9, (6, 3))}

    def sigmoid_function(signal, derivative=False):
        signal = 1 / (1 + np.exp(-signal))
        return signal * (1 - signal) if derivative else signal

    def softmax_function(signal, derivative=False):
        e_x = np.exp(signal - np.max(signal, axis=1, keepdims=True))
        signal = e_x / np.sum(e_x, axis=1, keepdims=True)
        return signal * (1 - signal) if derivative else signal

    def add_bias(A):
        return np.hstack((np.ones((A.shape[0], 1)), A))

    def loss(params, X, T):
        hidden = sigmoid_function(np.dot(add_bias(X), params["weights_0"]))
        out = softmax_function(np.dot(add_bias(hidden), params["weights_1"]))
        return float(0.5 * np.sum((out - T) ** 2))

    def grad(params, X, T):
        signal_0 = np.dot(add_bias(X), params["weights_0"])
        hidden = sigmoid_function(signal_0)
        signal_1 = np.dot(add_bias(hidden), params["weights_1"])
        out = softmax_function(signal_1)
        cost_derivative = out - T
        delta = cost_derivative * softmax_function(signal_1, derivative=True)
        g1 = np.dot(add_bias(hidden).T, delta)
        weight_delta = np.dot(delta, params["weights_1"][1:, :].T)
        delta = weight_delta * sigmoid_function(signal_0, derivative=True)
        return {"weights_0": np.dot(add_bias(X).T, delta), "weights_1": g1}

    X = rng.rand(8, 3)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 8)]


@ill("activation_slope_missing")
def softmax_net_last_hidden_no_slope():
    """In the backward loop the branch for the last hidden layer leaves out sig_deriv, the earlier layers have it."""
    rng = np.random.RandomState(60)
    sizes = [4, 5, 4, 3]
    params = {}
    for i in range(3):
        params["w%d" % i] = rng.randn(sizes[i + 1], sizes[i]) * 0.6
        params["b%d" % i] = rng.randn(sizes[i + 1], 1) * 0.1

    def softmax(x):
        z = np.exp(x)
        return z / z.sum()

    def sig_deriv(x):
        return x * (1.0 - x)

    def forward_prop(x, w, b):
        a = {0: np.array(x).T}
        last = len(w)
        for i in range(1, last + 1):
            z = w[i - 1].dot(a[i - 1]) + b[i - 1]
            a[i] = softmax(z) if i == last else sig(z)
        return a[last], a

    def lists(params):
        return [params["w%d" % i] for i in range(3)], [params["b%d" % i] for i in range(3)]

    def loss(params, X, Y):
        w, b = lists(params)
        e = 0
        for k in range(len(X)):
            pred, _ = forward_prop(X[k : k + 1], w, b)
            e = e + np.sum(Y[k : k + 1].T * np.log(pred))
        return float(-e)

    def grad(params, X, Y):
        w, b = lists(params)
        out = {k: np.zeros_like(v) for k, v in params.items()}
        for k in range(len(X)):
            p, a = forward_prop(X[k : k + 1], w, b)
            last = len(w)
            d = {last: p - Y[k : k + 1].T}
            for i in range(last - 1, -1, -1):
                if i == last - 1:
                    d[i] = w[i].T.dot(d[i + 1])
                elif i != 0:
                    d[i] = w[i].T.dot(d[i + 1]) * sig_deriv(a[i])
                out["w%d" % i] += d[i + 1].dot(a[i].T)
                out["b%d" % i] += np.sum(d[i + 1], axis=1, keepdims=True)
        return out

    X = rng.randn(6, 4)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 6)]


@ill("summed_not_averaged")
def wildml_sum_under_mean():
    """Loss is 1/N times (log losses + penalty); delta3 and the penalty's gradient carry no 1/N."""
    rng = np.random.RandomState(61)
    params = {
        "W1": rng.randn(2, 4) / np.sqrt(2),
        "b1": np.zeros((1, 4)),
        "W2": rng.randn(4, 2) / 2,
        "b2": np.zeros((1, 2)),
    }
    reg_lambda = 0.1

    def probs_of(params, X):
        a1 = np.tanh(X.dot(params["W1"]) + params["b1"])
        exp_scores = np.exp(a1.dot(params["W2"]) + params["b2"])
        return a1, exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

    def loss(params, X, y):
        num_examples = len(X)
        _, probs = probs_of(params, X)
        data_loss = np.sum(-np.log(probs[range(num_examples), y]))
        data_loss += reg_lambda / 2 * (np.sum(np.square(params["W1"])) + np.sum(np.square(params["W2"])))
        return float(1.0 / num_examples * data_loss)

    def grad(params, X, y):
        a1, probs = probs_of(params, X)
        delta3 = probs
        delta3[range(len(X)), y] -= 1
        dW2 = (a1.T).dot(delta3)
        db2 = np.sum(delta3, axis=0, keepdims=True)
        delta2 = delta3.dot(params["W2"].T) * (1 - np.power(a1, 2))
        dW1 = np.dot(X.T, delta2)
        db1 = np.sum(delta2, axis=0, keepdims=True)
        dW2 += reg_lambda * params["W2"]
        dW1 += reg_lambda * params["W1"]
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

    X = rng.randn(20, 2)
    return loss, grad, params, X, (X[:, 0] * X[:, 1] > 0).astype(int)


@healthy
def lazyprogrammer_Z_squared():
    """DZ = pY_T W2' * (1 - Z*Z) where Z is already tanh; the issue doubts it. Penalty on weights and biases is in the
    loss. Right."""
    rng = np.random.RandomState(62)
    params = {"W1": rng.randn(4, 5) / 3, "b1": rng.randn(5) * 0.1, "W2": rng.randn(5, 3) / 3, "b2": rng.randn(3) * 0.1}
    reg = 0.05

    def forward(params, X):
        Z = np.tanh(X.dot(params["W1"]) + params["b1"])
        A = np.exp(Z.dot(params["W2"]) + params["b2"])
        return A / A.sum(axis=1, keepdims=True), Z

    def loss(params, X, T):
        pY, _ = forward(params, X)
        return float(-(T * np.log(pY)).sum() + reg / 2 * sum((v * v).sum() for v in params.values()))

    def grad(params, X, T):
        pY, Z = forward(params, X)
        pY_T = pY - T
        gW2 = Z.T.dot(pY_T) + reg * params["W2"]
        gb2 = pY_T.sum(axis=0) + reg * params["b2"]
        dZ = pY_T.dot(params["W2"].T) * (1 - Z * Z)
        gW1 = X.T.dot(dZ) + reg * params["W1"]
        gb1 = dZ.sum(axis=0) + reg * params["b1"]
        return {"W1": gW1, "b1": gb1, "W2": gW2, "b2": gb2}

    X = rng.randn(9, 4)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 9)]


@ill("activation_formula_on_preactivation")
def lazyprogrammer_arctanh_suggested():
    """The issue's suggestion applied: 1 - arctanh(Z)^2, i.e. the formula 1 - a^2 with the preactivation in it."""
    rng = np.random.RandomState(63)
    params = {"W1": rng.randn(4, 5) / 2, "b1": rng.randn(5) * 0.1, "W2": rng.randn(5, 3) / 2, "b2": rng.randn(3) * 0.1}

    def forward(params, X):
        Z = np.tanh(X.dot(params["W1"]) + params["b1"])
        A = np.exp(Z.dot(params["W2"]) + params["b2"])
        return A / A.sum(axis=1, keepdims=True), Z

    def loss(params, X, T):
        return float(-(T * np.log(forward(params, X)[0])).sum())

    def grad(params, X, T):
        pY, Z = forward(params, X)
        pY_T = pY - T
        dZ = pY_T.dot(params["W2"].T) * (1 - np.arctanh(Z) * np.arctanh(Z))
        return {"W1": X.T.dot(dZ), "b1": dZ.sum(axis=0), "W2": Z.T.dot(pY_T), "b2": pY_T.sum(axis=0)}

    X = rng.randn(9, 4)
    return loss, grad, params, X, np.eye(3)[rng.randint(0, 3, 9)]


@ill("activation_slope_of_activation")
def neural2d_tanh_of_output():
    """C++ port: the derivative 1 - tanh(x)^2 is right as a function but is called with the neuron's output."""
    rng = np.random.RandomState(64)
    params = {
        "L1": rng.uniform(-1, 1, (4, 3)),
        "bias1": rng.uniform(-1, 1, 4),
        "L2": rng.uniform(-1, 1, (2, 4)),
        "bias2": rng.uniform(-1, 1, 2),
    }

    def tf(x):
        return np.tanh(x)

    def tfDerivative(x):
        return 1.0 - np.tanh(x) * np.tanh(x)

    def feedForward(params, x):
        hidden = tf(params["L1"] @ x + params["bias1"])
        return hidden, tf(params["L2"] @ hidden + params["bias2"])

    def loss(params, X, y):
        return float(sum(0.5 * np.sum((t - feedForward(params, x)[1]) ** 2) for x, t in zip(X, y)))

    def grad(params, X, y):
        g = {k: np.zeros_like(v) for k, v in params.items()}
        for x, t in zip(X, y):
            hidden, output = feedForward(params, x)
            outGradients = (t - output) * tfDerivative(output)
            dow = params["L2"].T @ outGradients
            hiddenGradients = dow * tfDerivative(hidden)
            g["L2"] -= np.outer(outGradients, hidden)
            g["bias2"] -= outGradients
            g["L1"] -= np.outer(hiddenGradients, x)
            g["bias1"] -= hiddenGradients
        return g

    X = rng.uniform(-1, 1, (6, 3))
    return loss, grad, params, X, np.sign(rng.randn(6, 2)) * 0.8


@ill("activation_slope_of_activation")
def tan_for_tanh():
    """The issue takes tanh for tan and wants 1 + output^2 as its slope; softmax layer on top is right."""
    rng = np.random.RandomState(65)
    params = {
        "W0": rng.randn(2, 4) * 0.8,
        "b0": rng.randn(1, 4) * 0.1,
        "W1": rng.randn(4, 2) * 0.8,
        "b1": rng.randn(1, 2) * 0.1,
    }

    class MultiplyGate:
        def forward(self, W, X):
            return np.dot(X, W)

        def backward(self, W, X, dZ):
            return np.dot(np.transpose(X), dZ), np.dot(dZ, np.transpose(W))

    class AddGate:
        def forward(self, X, b):
            return X + b

        def backward(self, X, b, dZ):
            return np.dot(np.ones((1, dZ.shape[0]), dtype=np.float64), dZ), dZ * np.ones_like(X)

    class Tanh:
        def forward(self, X):
            return np.tanh(X)

        def backward(self, X, top_diff):
            output = self.forward(X)
            return (1.0 + np.square(output)) * top_diff

    mul, add, layer = MultiplyGate(), AddGate(), Tanh()

    def softmax(s):
        e = np.exp(s)
        return e / np.sum(e, axis=1, keepdims=True)

    def run(params, X):
        m0 = mul.forward(params["W0"], X)
        a0 = add.forward(m0, params["b0"])
        t0 = layer.forward(a0)
        m1 = mul.forward(params["W1"], t0)
        return m0, a0, t0, m1, softmax(add.forward(m1, params["b1"]))

    def loss(params, X, y):
        return float(np.sum(-np.log(run(params, X)[-1][range(len(y)), y])))

    def grad(params, X, y):
        m0, a0, t0, m1, probs = run(params, X)
        d = probs.copy()
        d[range(len(y)), y] -= 1
        db1, dm1 = add.backward(m1, params["b1"], d)
        dW1, dt0 = mul.backward(params["W1"], t0, dm1)
        da0 = layer.backward(a0, dt0)
        db0, dm0 = add.backward(m0, params["b0"], da0)
        dW0, _ = mul.backward(params["W0"], X, dm0)
        return {"W0": dW0, "b0": db0, "W1": dW1, "b1": db1}

    X = rng.randn(14, 2)
    return loss, grad, params, X, (X[:, 0] > X[:, 1] ** 2).astype(int)


@ill("relu_mask", "activation_slope_missing", "summed_not_averaged")
def numbers_predictor_relu_as_asked():
    """ReLU in both layers, loss a mean of half squares: neither layer's mask is used and 1/N is missing."""
    rng = np.random.RandomState(66)
    params = {"w1": rng.normal(0, 0.6, (4, 3)), "w2": rng.normal(0, 0.6, 4)}
    params["w2"][:2] = np.abs(params["w2"][:2]) + 0.3
    seq = np.array([2.16, 3.19, 1.85, 4.84, 0.55, 4.20, 1.68, 4.74, 0.14, 5.68, 0.48, 5.03, 0.18])

    def ReLU(x):
        return np.maximum(0, x)

    def loss(params, x, y):
        y2 = ReLU(np.dot(params["w2"], ReLU(np.dot(params["w1"], x.T))))
        return float(np.sum((y2 - y) ** 2) / (2 * len(y2)))

    def grad(params, x, y):
        w1, w2 = params["w1"], params["w2"]
        s1 = np.dot(w1, x.T)
        y1 = ReLU(s1)
        s2 = np.dot(w2, y1)
        y2 = ReLU(s2)
        delta_w2 = np.dot(y2 - y, y1.T)
        delta_w1 = np.dot(np.dot(w2.reshape(4, 1), (y2 - y).reshape(1, 10)), x)
        return {"w1": delta_w1, "w2": delta_w2}

    x = np.array([seq[i : i + 3] for i in range(10)])
    return loss, grad, params, x, seq[3:13].copy()


@ill("relu_mask", "activation_slope_missing")
def numbers_predictor_relu_half_fixed():
    """Same network with 1/N and the output mask put in; the hidden layer's mask is still missing."""
    rng = np.random.RandomState(67)
    params = {"w1": rng.normal(0, 0.6, (4, 3)), "w2": np.array([0.5, -0.4, 0.7, 0.3])}
    seq = np.array([2.16, 3.19, 1.85, 4.84, 0.55, 4.20, 1.68, 4.74, 0.14, 5.68, 0.48, 5.03, 0.18])

    def ReLU(x):
        return np.maximum(0, x)

    def loss(params, x, y):
        y2 = ReLU(np.dot(params["w2"], ReLU(np.dot(params["w1"], x.T))))
        return float(np.sum((y2 - y) ** 2) / (2 * len(y2)))

    def grad(params, x, y):
        w1, w2 = params["w1"], params["w2"]
        s1 = np.dot(w1, x.T)
        y1 = ReLU(s1)
        s2 = np.dot(w2, y1)
        y2 = ReLU(s2)
        d2 = (y2 - y) * (s2 > 0) / len(y2)
        delta_w2 = np.dot(d2, y1.T)
        delta_w1 = np.dot(np.dot(w2.reshape(4, 1), d2.reshape(1, 10)), x)
        return {"w1": delta_w1, "w2": delta_w2}

    x = np.array([seq[i : i + 3] for i in range(10)])
    return loss, grad, params, x, seq[3:13].copy()


@healthy
def relu_two_layer_grad_h_copy():
    """Thread 'Neural Network Backpropagation with RELU': grad_h_relu is copied, grad_h[h < 0] = 0, loss a sum of
    squares. Right."""
    rng = np.random.RandomState(68)
    params = {"w1": rng.randn(2, 8), "w2": rng.randn(8, 1)}

    def loss(params, x, y):
        y_pred = np.maximum(x.dot(params["w1"]), 0).dot(params["w2"])
        return float(np.square(y_pred - y).sum())

    def grad(params, x, y):
        h = x.dot(params["w1"])
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(params["w2"])
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(params["w2"].T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)
        return {"w1": grad_w1, "w2": grad_w2}

    x = rng.randn(6, 2)
    return loss, grad, params, x, np.abs(x[:, :1])


@healthy
def sklearn_mask_on_outputs():
    """Inplace_relu_derivative zeroes delta where Z == 0; Z is the layer's output, so that is the mask. Right, with L2
    on coefs only."""
    rng = np.random.RandomState(69)
    params = {
        "coefs_0": rng.randn(4, 6) * 0.6,
        "intercepts_0": rng.randn(6) * 0.2,
        "coefs_1": rng.randn(6, 2) * 0.6,
        "intercepts_1": rng.randn(2) * 0.2,
    }
    alpha = 0.4

    def inplace_relu_derivative(Z, delta):
        delta[Z == 0] = 0

    def forward(params, X):
        activations = [X]
        activations.append(np.maximum(activations[0] @ params["coefs_0"] + params["intercepts_0"], 0))
        activations.append(activations[1] @ params["coefs_1"] + params["intercepts_1"])
        return activations

    def loss(params, X, y):
        n_samples = X.shape[0]
        value = ((y - forward(params, X)[-1]) ** 2).sum() / (2 * n_samples)
        values = np.sum([np.dot(params[k].ravel(), params[k].ravel()) for k in ("coefs_0", "coefs_1")])
        return float(value + (0.5 * alpha) * values / n_samples)

    def grad(params, X, y):
        n_samples = X.shape[0]
        activations = forward(params, X)
        deltas = [None, activations[2] - y]
        deltas[0] = deltas[1] @ params["coefs_1"].T
        inplace_relu_derivative(activations[1], deltas[0])
        out = {}
        for layer in (1, 0):
            out["coefs_%d" % layer] = (
                activations[layer].T @ deltas[layer] + alpha * params["coefs_%d" % layer]
            ) / n_samples
            out["intercepts_%d" % layer] = np.mean(deltas[layer], 0)
        return out

    X = rng.randn(11, 4)
    return loss, grad, params, X, np.column_stack([X[:, 0] * X[:, 1], X[:, 2]])


@ill("relu_mask", "activation_slope_missing")
def grokking_ch8_relu2deriv_ge():
    """Relu2deriv tests output >= 0, which ReLU outputs always meet, so no unit is ever switched off."""
    rng = np.random.RandomState(70)
    params = {
        "weights_0_1": 0.8 * rng.random_sample((5, 6)) - 0.4,
        "weights_1_2": 0.8 * rng.random_sample((6, 3)) - 0.4,
    }
    relu = lambda x: (x >= 0) * x
    relu2deriv = lambda x: x >= 0

    def loss(params, images, labels):
        error = 0.0
        for i in range(len(images)):
            layer_1 = relu(np.dot(images[i : i + 1], params["weights_0_1"]))
            layer_2 = np.dot(layer_1, params["weights_1_2"])
            error += np.sum((labels[i : i + 1] - layer_2) ** 2) / 2
        return float(error)

    def grad(params, images, labels):
        step_1_2 = np.zeros((6, 3))
        step_0_1 = np.zeros((5, 6))
        for i in range(len(images)):
            layer_0 = images[i : i + 1]
            layer_1 = relu(np.dot(layer_0, params["weights_0_1"]))
            layer_2 = np.dot(layer_1, params["weights_1_2"])
            layer_2_delta = labels[i : i + 1] - layer_2
            layer_1_delta = layer_2_delta.dot(params["weights_1_2"].T) * relu2deriv(layer_1)
            step_1_2 += layer_1.T.dot(layer_2_delta)
            step_0_1 += layer_0.T.dot(layer_1_delta)
        return {"weights_0_1": -step_0_1, "weights_1_2": -step_1_2}

    images = rng.rand(8, 5)
    return loss, grad, params, images, np.eye(3)[rng.randint(0, 3, 8)]


@ill("scale")
def grokking_ch6_printed_error():
    """Mask right (output > 0), but the printed error is the sum of full squares while layer_2_delta has no 2."""
    rng = np.random.RandomState(71)
    params = {"weights_0_1": 2 * rng.random_sample((3, 4)) - 1, "weights_1_2": 2 * rng.random_sample((4, 1)) - 1}

    def relu(x):
        return (x > 0) * x

    def relu2deriv(output):
        return output > 0

    def loss(params, streetlights, walk_vs_stop):
        layer_2_error = 0
        for i in range(len(streetlights)):
            layer_1 = relu(np.dot(streetlights[i : i + 1], params["weights_0_1"]))
            layer_2_error += np.sum((np.dot(layer_1, params["weights_1_2"]) - walk_vs_stop[i : i + 1]) ** 2)
        return float(layer_2_error)

    def grad(params, streetlights, walk_vs_stop):
        d01, d12 = 0, 0
        for i in range(len(streetlights)):
            layer_0 = streetlights[i : i + 1]
            layer_1 = relu(np.dot(layer_0, params["weights_0_1"]))
            layer_2 = np.dot(layer_1, params["weights_1_2"])
            layer_2_delta = layer_2 - walk_vs_stop[i : i + 1]
            layer_1_delta = layer_2_delta.dot(params["weights_1_2"].T) * relu2deriv(layer_1)
            d12 = d12 + layer_1.T.dot(layer_2_delta)
            d01 = d01 + layer_0.T.dot(layer_1_delta)
        return {"weights_0_1": d01, "weights_1_2": d12}

    S = np.array([[1.0, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]])
    return loss, grad, params, S, np.array([[1.0, 1, 0, 0]]).T


@ill("transposed")
def grokking_ch5_outer_turned():
    """Weights have a row per output, but weight_deltas is outer_prod(input, delta): square, so nobody notices."""
    params = {"weights": np.array([[0.1, 0.1, -0.3], [0.1, 0.2, 0.0], [0.0, 1.3, 0.1]])}

    def w_sum(a, b):
        return sum(a[i] * b[i] for i in range(len(a)))

    def neural_network(inp, weights):
        return [w_sum(inp, row) for row in weights]

    def outer_prod(a, b):
        out = np.zeros((len(a), len(b)))
        for i in range(len(a)):
            for j in range(len(b)):
                out[i][j] = a[i] * b[j]
        return out

    def loss(params, X, y):
        pred = neural_network(X, params["weights"])
        return float(sum(0.5 * (pred[i] - y[i]) ** 2 for i in range(3)))

    def grad(params, X, y):
        pred = neural_network(X, params["weights"])
        delta = [pred[i] - y[i] for i in range(3)]
        weight_deltas = outer_prod(X, delta)
        return {"weights": weight_deltas}

    return loss, grad, params, np.array([8.5, 0.65, 1.2]) / 5, np.array([0.1, 1.0, 0.1])


@ill("bias_reduction")
def pytroubles_bias_over_wrong_axis():
    """Rows are examples, but both bias gradients are summed over axis 1; batch and layers have the same size, so
    shapes agree."""
    rng = np.random.RandomState(72)
    params = {
        "w_in": rng.randn(8, 5) * 0.5,
        "b_in": rng.randn(5) * 0.2,
        "w_out": rng.randn(5, 5) * 0.5,
        "b_out": rng.randn(5) * 0.2,
    }

    def act_relu(z, deriv=False):
        if deriv:
            return z > 0
        return np.maximum(z, 0)

    def forward_pass(p, x):
        z1 = x.dot(p["w_in"]) + p["b_in"]
        a1 = act_relu(z1)
        z2 = a1.dot(p["w_out"]) + p["b_out"]
        ex = np.exp(z2 - z2.max(axis=1, keepdims=True))
        return z1, a1, z2, ex / ex.sum(axis=1, keepdims=True)

    def to_onehot(y):
        z = np.zeros((len(y), 5))
        for i in range(len(y)):
            z[i][y[i]] = 1
        return z

    def loss(params, x, y):
        a2 = forward_pass(params, x)[3]
        return float(-np.sum(to_onehot(y) * np.log(a2)) / len(y))

    def grad(params, x, y):
        z1, a1, z2, a2 = forward_pass(params, x)
        m = len(y)
        dz2 = a2 - to_onehot(y)
        dw_out = a1.T.dot(dz2) / m
        db_out = np.sum(dz2, axis=1) / m
        dz1 = dz2.dot(params["w_out"].T) * act_relu(z1, deriv=True)
        dw_in = x.T.dot(dz1) / m
        db_in = np.sum(dz1, axis=1) / m
        return {"w_in": dw_in, "b_in": db_in, "w_out": dw_out, "b_out": db_out}

    return loss, grad, params, rng.rand(5, 8), np.array([0, 3, 1, 1, 4])


@ill("bias_reduction")
def kvfrans_bias_mean():
    """Columns are examples; the weight gradients sum over the batch, the biases take the mean over it (loss gradient
    already holds 1/size)."""
    rng = np.random.RandomState(73)
    params = {
        "w0": rng.randn(5, 3) * 0.7,
        "b0": rng.randn(5, 1) * 0.2,
        "w1": rng.randn(2, 5) * 0.7,
        "b1": rng.randn(2, 1) * 0.2,
    }

    def loss(params, x, y):
        h1 = np.maximum(params["w0"] @ x + params["b0"], 0)
        h2 = params["w1"] @ h1 + params["b1"]
        return float(np.mean((h2 - y) ** 2))

    def grad(params, x, y):
        pre = params["w0"] @ x + params["b0"]
        h1 = np.maximum(pre, 0)
        h2 = params["w1"] @ h1 + params["b1"]
        d_h2 = 2 * (h2 - y) / y.size
        d_w1 = d_h2 @ h1.T
        d_b1 = np.mean(d_h2, axis=1, keepdims=True)
        d_h1 = params["w1"].T @ d_h2
        d_pre = d_h1 * (pre > 0)
        d_w0 = d_pre @ x.T
        d_b0 = np.mean(d_pre, axis=1, keepdims=True)
        return {"w0": d_w0, "b0": d_b0, "w1": d_w1, "b1": d_b1}

    x = rng.randn(3, 8)
    return loss, grad, params, x, np.vstack([x[0] + x[1], x[1] - x[2]])


@ill("summed_not_averaged", "scale")
def ml_glossary_mse_prime():
    """MSE changed from sum/2 to sum/size as the issue asks, MSE_prime left at yHat - y."""
    rng = np.random.RandomState(74)
    params = {"Wh": rng.randn(1, 3), "Bh": np.full((1, 3), 0.1), "Wo": rng.randn(3, 1), "Bo": np.full((1, 1), 0.1)}

    def relu(Z):
        return np.maximum(0, Z)

    def relu_prime(Z):
        return np.where(Z > 0, 1.0, 0.0)

    def MSE(yHat, y):
        return np.sum((yHat - y) ** 2) / y.size

    def MSE_prime(yHat, y):
        return yHat - y

    def loss(params, X, y):
        H = relu(np.dot(X, params["Wh"]) + params["Bh"])
        yHat = relu(np.dot(H, params["Wo"]) + params["Bo"])
        return float(MSE(yHat, y))

    def grad(params, X, y):
        Zh = np.dot(X, params["Wh"]) + params["Bh"]
        H = relu(Zh)
        Zo = np.dot(H, params["Wo"]) + params["Bo"]
        yHat = relu(Zo)
        Eo = MSE_prime(yHat, y) * relu_prime(Zo)
        Eh = np.dot(Eo, params["Wo"].T) * relu_prime(Zh)
        return {
            "Wh": np.dot(X.T, Eh),
            "Bh": Eh.sum(0, keepdims=True),
            "Wo": np.dot(H.T, Eo),
            "Bo": Eo.sum(0, keepdims=True),
        }

    params["Wo"] = np.abs(params["Wo"])
    X = rng.uniform(-2, 2, (9, 1))
    return loss, grad, params, X, X**2


@healthy
def autoencoder_bias_matrices():
    """Autoencoder with whole matrices (m by k, m by n) as biases, so their gradients are the deltas unsummed; cost by
    trace over 2m. Right."""
    rng = np.random.RandomState(75)
    m, n, k = 6, 4, 2
    params = {
        "w1": rng.randn(n, k),
        "b1": rng.randn(m, k) * 0.3,
        "w2": rng.randn(k, n),
        "b2": rng.randn(m, n) * 0.3,
        "w3": rng.randn(n, n),
        "b3": rng.randn(m, n) * 0.3,
    }

    def g(x):
        return 1 / (1 + np.exp(-x))

    def gprime(x):
        return g(x) * (1 - g(x))

    def forward(p, X):
        z1 = X @ p["w1"] + p["b1"]
        h1 = g(z1)
        z2 = h1 @ p["w2"] + p["b2"]
        h2 = g(z2)
        return z1, h1, z2, h2, h2 @ p["w3"] + p["b3"]

    def loss(params, X, y):
        xhat = forward(params, X)[-1]
        return float((1.0 / (2 * len(X))) * np.trace(np.dot(y - xhat, (y - xhat).T)))

    def grad(params, X, y):
        z1, h1, z2, h2, xhat = forward(params, X)
        d3 = (xhat - y) / len(X)
        d2 = np.dot(d3, params["w3"].T) * gprime(z2)
        d1 = np.dot(d2, params["w2"].T) * gprime(z1)
        return {"w1": np.dot(X.T, d1), "b1": d1, "w2": np.dot(h1.T, d2), "b2": d2, "w3": np.dot(h2.T, d3), "b3": d3}

    X = rng.rand(m, n)
    return loss, grad, params, X, X.copy()


CASES = WARD.cases
