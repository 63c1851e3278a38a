"""A second ward, written without a look at how the doctor works: classes, loops, columns, einsum, penalties, odd data.

As in `patients_wild`: each function returns (loss, grad, params, X, y); `ill` names the slugs that are right.
"""

from __future__ import annotations

import numpy as np
from ward import Ward, rng, sigmoid

WARD = Ward()
ill, healthy = WARD.ill, WARD.healthy


def relu(z):
    return np.maximum(0, z)


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# --- a list of Layer objects, weights loaded from params before each pass --------------------------------------------


class Dense:
    def __init__(self, f, df):
        self.f, self.df = f, df

    def forward(self, x):
        self.input = x
        self.z = np.dot(x, self.W) + self.b
        self.output = self.f(self.z)
        return self.output

    def backward(self, error):
        self.delta = error * self.df(self.output)
        self.dW = np.dot(self.input.T, self.delta)
        self.db = np.sum(self.delta, axis=0, keepdims=True)
        return np.dot(self.delta, self.W.T)


def keras_like(
    layer=Dense, first=lambda out, y: 2 * (out - y) / out.size, df=lambda a: a * (1 - a), sizes=(3, 5, 4, 2)
):
    layers = [layer(sigmoid, df) for _ in sizes[1:]]

    def load(p):
        for i, one in enumerate(layers, 1):
            one.W, one.b = p[f"W{i}"].copy(), p[f"b{i}"].copy()

    def predict(X):
        for one in layers:
            X = one.forward(X)
        return X

    def loss(p, X, y):
        load(p)
        return np.mean(np.power(y - predict(X), 2))

    def grad(p, X, y):
        load(p)
        error = first(predict(X), y)
        for one in reversed(layers):
            error = one.backward(error)
        return {f"{k}{i}": getattr(one, f"d{k}") for i, one in enumerate(layers, 1) for k in "Wb"}

    r = rng(101)
    params = {}
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]), 1):
        params[f"W{i}"], params[f"b{i}"] = r.normal(size=(a, b)), r.normal(size=(1, b)) * 0.1
    return loss, grad, params, r.normal(size=(7, sizes[0])), r.random((7, sizes[-1])).round()


@healthy
def keras_like_right():
    return keras_like()


@ill("wrong_cached_input")
def keras_like_output_for_input():
    class Mine(Dense):
        def backward(self, error):
            back = super().backward(error)
            self.dW = np.dot(self.output.T, self.delta)
            return back

    return keras_like(Mine, sizes=(4, 4, 4, 4))


@ill("delta_not_carried", "activation_slope_missing")
def keras_like_error_carried():
    """Carries the error back that came in, not the delta."""

    class Mine(Dense):
        def backward(self, error):
            super().backward(error)
            return np.dot(error, self.W.T)

    return keras_like(Mine)


@ill("updated_weights")
def keras_like_updates_first():
    class Mine(Dense):
        def backward(self, error):
            super().backward(error)
            self.W -= 0.1 * self.dW
            return np.dot(self.delta, self.W.T)

    return keras_like(Mine)


@ill("activation_formula_on_preactivation")
def keras_like_formula_at_z():
    class Mine(Dense):
        def backward(self, error):
            self.output = self.z
            return super().backward(error)

    return keras_like(Mine)


@ill("bias_reduction")
def keras_like_bias_mean():
    class Mine(Dense):
        def backward(self, error):
            back = super().backward(error)
            self.db = self.delta.mean(axis=0, keepdims=True)
            return back

    return keras_like(Mine)


@ill("stateful")
def keras_like_accumulates():
    class Mine(Dense):
        dW = db = 0.0

        def backward(self, error):
            old = self.dW, self.db
            back = super().backward(error)
            self.dW, self.db = self.dW + old[0], self.db + old[1]
            return back

    return keras_like(Mine)


@ill("activation_slope_of_activation")
def keras_like_sigmoid_of_output():
    return keras_like(df=lambda a: sigmoid(a) * (1 - sigmoid(a)))


@ill("scale", "summed_not_averaged")
def keras_like_divides_by_n_only():
    return keras_like(first=lambda out, y: 2 * (out - y) / len(y))


@ill("scalar_cost", "loss_in_place_of_slope")
def keras_like_mse_as_error():
    return keras_like(first=lambda out, y: np.mean((out - y) ** 2) * np.ones_like(out))


@ill("sign", "activation_slope_missing")
def keras_like_sign_and_no_slope():
    return keras_like(first=lambda out, y: 2 * (y - out) / out.size, df=lambda a: 1.0)


# --- one example at a time, column vectors, lists of nablas ----------------------------------------------------------


def nielsen(
    output_delta=lambda a, y, z: (a - y) * sigmoid(z) * (1 - sigmoid(z)),
    prime=lambda z, a: sigmoid(z) * (1 - sigmoid(z)),
    inputs=lambda acts, l: acts[-l - 1],
    add=lambda old, new: old + new,
    final=lambda g, n: g / n,
    weights=lambda ws, l: ws[-l + 1],
    carry=np.dot,
    sizes=(3, 4, 2),
    cost=lambda a, y: 0.5 * np.linalg.norm(a - y) ** 2,
):
    L = len(sizes) - 1

    def feed(p, x):
        acts, zs = [x], []
        for l in range(1, L + 1):
            zs.append(np.dot(p[f"w{l}"], acts[-1]) + p[f"b{l}"])
            acts.append(sigmoid(zs[-1]))
        return acts, zs

    def loss(p, X, Y):
        return sum(cost(feed(p, x.reshape(-1, 1))[0][-1], y.reshape(-1, 1)) for x, y in zip(X, Y)) / len(X)

    def grad(p, X, Y):
        nabla = {k: np.zeros_like(v) for k, v in p.items()}
        ws = [p[f"w{l}"] for l in range(1, L + 1)]
        for x, y in zip(X, Y):
            acts, zs = feed(p, x.reshape(-1, 1))
            delta = output_delta(acts[-1], y.reshape(-1, 1), zs[-1])
            nabla[f"b{L}"] = add(nabla[f"b{L}"], delta)
            nabla[f"w{L}"] = add(nabla[f"w{L}"], np.dot(delta, inputs(acts, 1).T))
            for l in range(2, L + 1):
                delta = carry(weights(ws, l).T, delta) * prime(zs[-l], acts[-l])
                nabla[f"b{L - l + 1}"] = add(nabla[f"b{L - l + 1}"], delta)
                nabla[f"w{L - l + 1}"] = add(nabla[f"w{L - l + 1}"], np.dot(delta, inputs(acts, l).T))
        return {k: final(v, len(X)) for k, v in nabla.items()}

    r = rng(102)
    params = {}
    for l, (i, o) in enumerate(zip(sizes, sizes[1:]), 1):
        params[f"w{l}"], params[f"b{l}"] = r.normal(size=(o, i)), r.normal(size=(o, 1))
    return loss, grad, params, r.random((6, sizes[0])), np.eye(sizes[-1])[r.integers(0, sizes[-1], 6)]


@healthy
def nielsen_right():
    return nielsen()


@healthy
def nielsen_cross_entropy():
    return nielsen(
        output_delta=lambda a, y, z: a - y,
        cost=lambda a, y: np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a))),
    )


@ill("activation_slope_missing", "different_loss")
def nielsen_no_output_slope():
    return nielsen(output_delta=lambda a, y, z: a - y)


@ill("activation_slope_of_activation")
def nielsen_prime_of_activation():
    return nielsen(prime=lambda z, a: sigmoid(a) * (1 - sigmoid(a)))


@ill("wrong_cached_input")
def nielsen_off_by_one_activation():
    return nielsen(inputs=lambda acts, l: acts[-l], sizes=(4, 4, 4))


@ill("labels_misaligned")
def nielsen_keeps_last_example():
    return nielsen(add=lambda old, new: new, final=lambda g, n: g)


@ill("summed_not_averaged")
def nielsen_never_divides():
    return nielsen(final=lambda g, n: g)


@ill("wrong_matrix_carried_back")
def nielsen_wrong_weights():
    return nielsen(weights=lambda ws, l: ws[-l], sizes=(3, 3, 3, 3))


@ill("sign")
def nielsen_target_minus_output():
    return nielsen(output_delta=lambda a, y, z: (y - a) * sigmoid(z) * (1 - sigmoid(z)))


@ill("wrong_matrix_carried_back", "transposed")
def nielsen_no_transpose():
    return nielsen(carry=lambda wT, d: np.dot(wT.T, d), sizes=(3, 3, 3))


@ill("scale")
def nielsen_mini_batch_of_ten():
    """The batch size is written into the update as 10."""
    return nielsen(final=lambda g, n: g / 10)


# --- the L-layer course network: columns, a cache, dA ----------------------------------------------------------------


def l_layers(
    dAL=lambda AL, Y: -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)),
    relu_back=lambda dA, Z: np.where(Z <= 0, 0, dA),
    dW=lambda dZ, A, W, m: dZ @ A.T / m,
    db=lambda dZ, m: np.sum(dZ, axis=1, keepdims=True) / m,
    sizes=(4, 5, 3, 1),
    lambd=0.0,
    m=8,
    swap=False,
    last=None,
):
    L = len(sizes) - 1

    def forward(X, p):
        A, caches = X, []
        for l in range(1, L + 1):
            A_prev, Z = A, p[f"W{l}"] @ A + p[f"b{l}"]
            A = relu(Z) if l < L else sigmoid(Z)
            caches.append((A_prev, p[f"W{l}"], Z))
        return A, caches

    def loss(p, X, Y):
        AL, _ = forward(X, p)
        cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]
        return np.squeeze(cost) + lambd / (2 * Y.shape[1]) * sum(np.sum(p[f"W{l}"] ** 2) for l in range(1, L + 1))

    def grad(p, X, Y):
        AL, caches = forward(X, p)
        grads, dA = {}, dAL(AL, Y)
        for l in range(L, 0, -1):
            A_prev, W, Z = caches[l - 1]
            if l == L:
                dZ = dA * sigmoid(Z) * (1 - sigmoid(Z)) if last is None else last(AL, Y, Z, dA)
            else:
                dZ = relu_back(dA, Z)
            grads[f"dW{l}" if swap else f"W{l}"] = dW(dZ, A_prev, W, Y.shape[1])
            grads[f"db{l}" if swap else f"b{l}"] = db(dZ, Y.shape[1])
            dA = W.T @ dZ
        return grads

    r = rng(103)
    params = {}
    for l, (i, o) in enumerate(zip(sizes, sizes[1:]), 1):
        params[f"W{l}"], params[f"b{l}"] = r.normal(size=(o, i)) / np.sqrt(i), np.zeros((o, 1))
    return loss, grad, params, r.normal(size=(sizes[0], m)), (r.random((sizes[-1], m)) > 0.5).astype(int)


@healthy
def l_layers_right():
    return l_layers()


@healthy
def l_layers_with_penalty():
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T / m + 0.7 * W / m, lambd=0.7)


@ill("relu_mask", "activation_slope_missing")
def l_layers_no_relu():
    return l_layers(relu_back=lambda dA, Z: dA)


@ill("relu_mask")
def l_layers_mask_of_dA():
    return l_layers(relu_back=lambda dA, Z: np.where(dA <= 0, 0, dA))


@ill("label_not_subtracted", "loss_in_place_of_slope", "different_loss", "sign")
def l_layers_plus_between():
    return l_layers(dAL=lambda AL, Y: -(Y / AL + (1 - Y) / (1 - AL)))


@ill("averaged_twice")
def l_layers_averages_twice():
    return l_layers(dAL=lambda AL, Y: -(Y / AL - (1 - Y) / (1 - AL)) / Y.shape[1])


@ill("wrong_shape", "bias_reduction")
def l_layers_bias_one_number():
    return l_layers(db=lambda dZ, m: np.sum(dZ) / m)


@ill("regularisation")
def l_layers_penalty_over_2m():
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T / m + 0.7 * W / (2 * m), lambd=0.7)


@ill("regularisation")
def l_layers_penalty_not_over_m():
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T / m + 0.7 * W, lambd=0.7)


@ill("regularisation")
def l_layers_penalty_on_square():
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T / m + 0.7 / m * W**2, lambd=0.7)


@ill("missing_param")
def l_layers_keys_with_d():
    return l_layers(swap=True)


@ill("summed_not_averaged")
def l_layers_weights_summed():
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T)


@ill("activation_slope_missing")
def l_layers_dA_as_dZ():
    return l_layers(last=lambda AL, Y, Z, dA: dA)


@ill("activation_slope_extra", "different_loss")
def l_layers_a_minus_y_times_slope():
    return l_layers(last=lambda AL, Y, Z, dA: (AL - Y) * AL * (1 - AL))


@ill("activation_slope_missing", "summed_not_averaged", "relu_mask")
def l_layers_pair_no_mask_and_summed():
    return l_layers(
        relu_back=lambda dA, Z: dA, dW=lambda dZ, A, W, m: dZ @ A.T, db=lambda dZ, m: dZ.sum(1, keepdims=True)
    )


@ill("scale", "summed_not_averaged", "averaged_twice")
def l_layers_divides_by_len_y():
    """Y is (1, m): len(Y) is 1."""
    return l_layers(dW=lambda dZ, A, W, m: dZ @ A.T / 1, db=lambda dZ, m: np.sum(dZ, axis=1, keepdims=True) / 1)


@ill("bias_reduction", "wrong_shape")
def l_layers_bias_axis():
    """Sums over the units where m happens to be 3, as many as units in the second layer."""
    return l_layers(db=lambda dZ, m: np.sum(dZ, axis=0, keepdims=True).T[: len(dZ)] / m, sizes=(4, 3, 3, 3), m=3)


@healthy
def l_layers_dead():
    """Every hidden unit of the first layer is off for every example."""
    loss, grad, params, X, Y = l_layers()
    params["b1"] = params["b1"] - 30.0
    return loss, grad, params, X, Y


@healthy
def l_layers_tiny_weights():
    loss, grad, params, X, Y = l_layers()
    return loss, grad, {k: v * 1e-3 for k, v in params.items()}, X, Y


@healthy
def l_layers_zero_weights():
    loss, grad, params, X, Y = l_layers()
    return loss, grad, {k: v * 0 for k, v in params.items()}, X, Y


@healthy
def l_layers_float32():
    loss, grad, params, X, Y = l_layers()
    return loss, grad, {k: v.astype(np.float32) for k, v in params.items()}, X.astype(np.float32), Y


# --- einsum, tanh, equal widths, regression --------------------------------------------------------------------------


def einsum_net(
    back="no,ho->nh", outer="ni,no->io", slope=lambda h: 1 - h**2, bias="no->o", err=lambda p, y: p - y, n=6, H=4
):
    def forward(p, x):
        h1 = np.tanh(np.einsum("ni,ih->nh", x, p["U"]) + p["u"])
        h2 = np.tanh(np.einsum("nh,hk->nk", h1, p["V"]) + p["v"])
        return h1, h2, np.einsum("nk,ko->no", h2, p["Q"]) + p["q"]

    def loss(p, x, y):
        return 0.5 * np.sum((forward(p, x)[2] - y) ** 2) / len(x)

    def grad(p, x, y):
        h1, h2, out = forward(p, x)
        d3 = err(out, y) / len(x)
        d2 = np.einsum("no,ko->nk", d3, p["Q"]) * slope(h2)
        d1 = np.einsum(back, d2, p["V"]) * slope(h1)
        g = {}
        for (w, b), a, d in zip((("U", "u"), ("V", "v"), ("Q", "q")), (x, h1, h2), (d1, d2, d3)):
            g[w], g[b] = np.einsum(outer, a, d), np.einsum(bias, d)
        return g

    r = rng(104)
    shapes = {"U": (3, H), "u": (H,), "V": (H, H), "v": (H,), "Q": (H, 2), "q": (2,)}
    return (
        loss,
        grad,
        {k: r.normal(size=s) * 0.6 for k, s in shapes.items()},
        r.normal(size=(n, 3)),
        r.normal(size=(n, 2)),
    )


@healthy
def einsum_right():
    return einsum_net()


@ill("wrong_matrix_carried_back", "transposed")
def einsum_back_untransposed():
    return einsum_net(back="no,oh->nh")


@ill("activation_slope_of_activation")
def einsum_sigmoid_slope():
    return einsum_net(slope=lambda h: h * (1 - h))


@ill("activation_slope_of_activation")
def einsum_tanh_twice():
    return einsum_net(slope=lambda h: 1 - np.tanh(h) ** 2)


@ill("label_not_subtracted")
def einsum_no_label():
    return einsum_net(err=lambda out, y: out)


@ill("labels_misaligned")
def einsum_labels_reversed():
    return einsum_net(err=lambda out, y: out - y[::-1])


@ill("broadcast")
def einsum_mean_label():
    return einsum_net(err=lambda out, y: out - y.mean(axis=0))


@ill("different_loss")
def einsum_sign_error():
    return einsum_net(err=lambda out, y: np.sign(out - y))


# --- a vector of outputs: y (N,), w2 (H,), a scalar bias -------------------------------------------------------------


def scalar_head(
    resid=lambda o, y: o - y,
    dh=np.outer,
    slope=lambda h, z: 1 - h * h,
    scale=2.0,
    db2=np.sum,
    ytail=(),
):
    def forward(p, X):
        z = X @ p["W1"] + p["b1"]
        h = np.tanh(z)
        return z, h, h @ p["w2"] + p["b2"]

    def loss(p, X, y):
        return np.mean((forward(p, X)[2] - y.ravel()) ** 2)

    def grad(p, X, y):
        z, h, out = forward(p, X)
        d = scale * resid(out, y) / len(X)
        dz = dh(d, p["w2"]) * slope(h, z)
        return {"W1": X.T @ dz, "b1": dz.sum(axis=0), "w2": h.T @ d, "b2": db2(d)}

    r = rng(105)
    p = {"W1": r.normal(size=(2, 6)), "b1": r.normal(size=6), "w2": r.normal(size=6), "b2": 0.3}
    return loss, grad, p, r.normal(size=(9, 2)), r.normal(size=(9, *ytail))


@healthy
def scalar_head_right():
    return scalar_head()


@ill("scale")
def scalar_head_half():
    return scalar_head(scale=1.0)


@ill("activation_formula_on_preactivation")
def scalar_head_at_z():
    return scalar_head(slope=lambda h, z: 1 - z**2)


@ill("activation_slope_of_activation")
def scalar_head_missing_square():
    return scalar_head(slope=lambda h, z: 1 - h)


@ill("delta_not_carried", "wrong_matrix_carried_back")
def scalar_head_without_w2():
    """The hidden delta forgets the output weights: the error is spread to every unit."""
    return scalar_head(dh=lambda d, w2: np.outer(d, np.ones_like(w2)))


@ill("bias_reduction", "averaged_twice")
def scalar_head_bias_mean():
    return scalar_head(db2=np.mean)


@ill("dot_vs_elementwise", "broadcast", "delta_not_carried", "wrong_matrix_carried_back")
def scalar_head_total_error():
    """sum(d) * w2 for every example."""
    return scalar_head(dh=lambda d, w2: np.tile(d.sum() * w2, (len(d), 1)))


@ill("sign")
def scalar_head_hidden_sign():
    """The output layer is right, the hidden one has the opposite sign."""
    return scalar_head(dh=lambda d, w2: -np.outer(d, w2))


@ill("missing_param")
def scalar_head_b1_none():
    loss, grad, p, X, y = scalar_head()
    return loss, lambda p, X, y: grad(p, X, y) | {"b1": None}, p, X, y


@ill("labels_misaligned")
def scalar_head_first_label_only():
    return scalar_head(resid=lambda o, y: o - y[0])


@ill("in_place")
def scalar_head_centres_in_place():
    loss, grad, p, X, y = scalar_head()

    def centred(p, X, y):
        X -= X.mean(axis=0)
        return grad(p, X, y)

    return loss, centred, p, X + 3.0, y


@ill("in_place")
def scalar_head_steps_in_place():
    """grad also takes the step."""
    loss, grad, p, X, y = scalar_head()

    def step(p, X, y):
        g = grad(p, X, y)
        for k in ("W1", "b1", "w2"):
            p[k] -= 0.05 * g[k]
        return g

    return loss, step, p, X, y


@ill("stateful")
def scalar_head_momentum():
    loss, grad, p, X, y = scalar_head()
    v = {k: np.zeros_like(np.asarray(a, float)) for k, a in p.items()}

    def momentum(p, X, y):
        for k, g in grad(p, X, y).items():
            v[k] = 0.9 * v[k] + 0.1 * g
        return dict(v)

    return loss, momentum, p, X, y


@ill("stateful", "labels_misaligned")
def scalar_head_random_batch():
    """Draws a mini-batch inside grad."""
    loss, grad, p, X, y = scalar_head()
    r = rng(5)

    def stochastic(p, X, y):
        i = r.choice(len(X), 4, replace=False)
        return grad(p, X[i], y[i])

    return loss, stochastic, p, X, y


# --- pure Python, numbers in lists -----------------------------------------------------------------------------------


def by_hand(
    hidden=lambda e, w, h: e * w * h * (1 - h), out=lambda o, t: (o - t) * o * (1 - o), biases=True, last_only=False
):
    def forward(p, x):
        h = [1 / (1 + np.exp(-(sum(p["w"][i][j] * x[i] for i in range(2)) + p["bh"][j]))) for j in range(3)]
        o = 1 / (1 + np.exp(-(sum(p["v"][j] * h[j] for j in range(3)) + p["bo"][0])))
        return h, o

    def loss(p, X, y):
        return sum(0.5 * (forward(p, x)[1] - t) ** 2 for x, t in zip(X, y))

    def grad(p, X, y):
        gw, gbh, gv, gbo = [[0.0] * 3 for _ in range(2)], [0.0] * 3, [0.0] * 3, [0.0]
        for x, t in zip(X, y):
            h, o = forward(p, x)
            e = out(o, t)
            for j in range(3):
                gv[j] += e * h[j]
                d = hidden(e, p["v"][j], h[j])
                gbh[j] += d
                for i in range(2):
                    gw[i][j] += d * x[i]
            gbo[0] += e
        return {"w": gw, "bh": gbh, "v": gv, "bo": gbo}

    r = rng(106)
    p = {"w": r.normal(size=(2, 3)), "bh": r.normal(size=3), "v": r.normal(size=3), "bo": r.normal(size=1)}
    return loss, grad, p, np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


@healthy
def by_hand_right():
    return by_hand()


@ill("activation_slope_missing")
def by_hand_no_hidden_slope():
    return by_hand(hidden=lambda e, w, h: e * w)


@ill("delta_not_carried", "wrong_matrix_carried_back")
def by_hand_weight_left_out():
    return by_hand(hidden=lambda e, w, h: e * h * (1 - h))


@ill("activation_slope_of_error")
def by_hand_slope_of_error():
    return by_hand(out=lambda o, t: (o - t) * (o - t) * (1 - (o - t)))


@ill("loss_in_place_of_slope", "scalar_cost")
def by_hand_cost_as_error():
    return by_hand(out=lambda o, t: 0.5 * (o - t) ** 2 * o * (1 - o))


@ill("activation_slope_extra")
def by_hand_slope_twice():
    return by_hand(hidden=lambda e, w, h: e * w * (h * (1 - h)) ** 2)


# --- ones appended: the bias is a row or a column of the weights -----------------------------------------------------


def ones(A):
    return np.hstack([A, np.ones((len(A), 1))])


def homogeneous(
    cut=lambda d: d[:, :-1],
    slope=lambda a: a * (1 - a),
    delta=lambda P, Y: (P - Y) / len(Y),
    reg=0.02,
    dreg=lambda W: np.vstack([W[:-1], 0 * W[-1:]]),
):
    """W1 (D + 1, H), W2 (H + 1, K), softmax, integer labels; the penalty leaves the last rows out."""

    def forward(p, X):
        Xb = ones(X)
        H = sigmoid(Xb @ p["W1"])
        return Xb, ones(H), softmax(ones(H) @ p["W2"])

    def loss(p, X, y):
        P = forward(p, X)[2]
        return -np.log(P[np.arange(len(y)), y]).mean() + 0.5 * reg * sum((p[k][:-1] ** 2).sum() for k in ("W1", "W2"))

    def grad(p, X, y):
        Xb, Hb, P = forward(p, X)
        d2 = delta(P, np.eye(P.shape[1])[y])
        d1 = cut(d2 @ p["W2"].T) * slope(Hb[:, :-1])
        return {"W1": Xb.T @ d1 + reg * dreg(p["W1"]), "W2": Hb.T @ d2 + reg * dreg(p["W2"])}

    r = rng(107)
    return (
        loss,
        grad,
        {"W1": r.normal(size=(4, 5)), "W2": r.normal(size=(6, 3))},
        r.normal(size=(8, 3)),
        r.integers(0, 3, 8),
    )


@healthy
def homogeneous_right():
    return homogeneous()


@ill("regularisation")
def homogeneous_penalises_all():
    return homogeneous(dreg=lambda W: W)


@ill("regularisation")
def homogeneous_twice():
    return homogeneous(dreg=lambda W: 2 * np.vstack([W[:-1], 0 * W[-1:]]))


@ill("activation_slope_missing")
def homogeneous_no_slope():
    return homogeneous(slope=lambda a: 1)


@ill("delta_not_carried", "wrong_matrix_carried_back", "transposed")
def homogeneous_cuts_first():
    """Drops the first column, the bias is the last."""
    return homogeneous(cut=lambda d: d[:, 1:])


@ill("labels_misaligned")
def homogeneous_labels_shifted():
    return homogeneous(delta=lambda P, Y: (P - np.roll(Y, 1, axis=1)) / len(Y))


@ill("label_not_subtracted")
def homogeneous_no_labels():
    return homogeneous(delta=lambda P, Y: P / len(Y))


@ill("softmax_jacobian", "activation_slope_extra")
def homogeneous_diagonal():
    return homogeneous(delta=lambda P, Y: (-Y / P) * P * (1 - P) / len(Y))


@ill("sign", "averaged_twice")
def homogeneous_sign():
    return homogeneous(delta=lambda P, Y: (Y - P) / len(Y))


# --- one-layer classics ----------------------------------------------------------------------------------------------


def one_layer(loss, grad, W, X, y):
    return loss, grad, W, X, y


def linear_rows(e_of, l2=0.0, l1=0.0, dl2=lambda w: w, dl1=np.sign, n=10):
    """Linear regression y (N, 1), theta (D, 1) with intercept in the first column of X; cost/(2m) + penalties."""

    def loss(p, X, y):
        e, t = X @ p["theta"] - y, p["theta"][1:]
        return float((e**2).sum()) / (2 * len(y)) + l2 * float((t**2).sum()) + l1 * float(np.abs(t).sum())

    def grad(p, X, y):
        t = p["theta"].copy()
        t[0] = 0
        return {"theta": e_of(X, X @ p["theta"], y) + 2 * l2 * dl2(t) + l1 * dl1(t)}

    r = rng(108)
    X = np.c_[np.ones(n), r.normal(size=(n, 3))]
    return loss, grad, {"theta": r.normal(size=(4, 1))}, X, r.normal(size=(n, 1))


@healthy
def linear_rows_right():
    return linear_rows(lambda X, h, y: X.T @ (h - y) / len(y))


@healthy
def linear_rows_elastic():
    return linear_rows(lambda X, h, y: X.T @ (h - y) / len(y), l2=0.1, l1=0.05)


@ill("regularisation")
def linear_rows_l1_as_l2():
    return linear_rows(lambda X, h, y: X.T @ (h - y) / len(y), l1=0.05, dl1=lambda t: t)


@ill("scale", "averaged_twice", "summed_not_averaged")
def linear_rows_two_over_m():
    return linear_rows(lambda X, h, y: 2 * X.T @ (h - y) / len(y))


@ill("scalar_cost", "labels_misaligned", "broadcast")
def linear_rows_mean_of_errors():
    """mean(error) times the sum of X: a product of sums, where the sum of products belongs."""
    return linear_rows(lambda X, h, y: (h - y).mean() * X.sum(axis=0, keepdims=True).T / len(y))


def softmax_columns(P_of=lambda S: softmax(S, 0), dS=lambda P, Y: P - Y, m_of=lambda X: X.shape[1], wT=False):
    """Softmax regression in columns: W (C, D), X (D, N), y integer."""

    def loss(p, X, y):
        P = softmax(p["W"] @ X + p["b"], 0)
        return -np.sum(np.log(P[y, np.arange(len(y))])) / X.shape[1]

    def grad(p, X, y):
        P, Y = P_of(p["W"] @ X + p["b"]), np.eye(len(p["b"]))[y].T
        d = dS(P, Y)
        return {"W": d @ X.T / m_of(X), "b": d.sum(axis=1, keepdims=True) / m_of(X)}

    r = rng(109)
    return (
        loss,
        grad,
        {"W": r.normal(size=(4, 6)), "b": r.normal(size=(4, 1))},
        r.normal(size=(6, 7)),
        r.integers(0, 4, 7),
    )


@healthy
def softmax_columns_right():
    return softmax_columns()


@ill("different_loss", "softmax_jacobian")
def softmax_columns_axis_in_grad():
    """The gradient's own forward pass normalises over the examples."""
    return softmax_columns(P_of=lambda S: softmax(S, 1))


@ill("averaged_twice", "summed_not_averaged", "scale")
def softmax_columns_divides_by_rows():
    return softmax_columns(m_of=lambda X: X.shape[0])


@ill("activation_slope_missing", "different_loss")
def softmax_columns_without_softmax():
    """The scores go into the error without the softmax."""
    return softmax_columns(P_of=lambda S: S)


@ill("different_loss", "softmax_jacobian", "activation_slope_missing")
def softmax_columns_unnormalised():
    return softmax_columns(P_of=np.exp)


def logistic_loop(update, cost_sign=1.0):
    """Logistic regression by a loop over examples, w (D,), b float."""

    def loss(p, X, y):
        J = 0.0
        for i in range(len(X)):
            a = 1 / (1 + np.exp(-(np.dot(p["w"], X[i]) + p["b"])))
            J += -(y[i] * np.log(a) + (1 - y[i]) * np.log(1 - a))
        return J / len(X)

    def grad(p, X, y):
        dw, db = np.zeros(len(p["w"])), 0.0
        for i in range(len(X)):
            a = 1 / (1 + np.exp(-(np.dot(p["w"], X[i]) + p["b"])))
            dw, db = update(dw, db, X, a, y, i)
        return {"w": dw / len(X), "b": db / len(X)}

    r = rng(110)
    return loss, grad, {"w": r.normal(size=3), "b": -0.2}, r.normal(size=(6, 3)), r.integers(0, 2, 6)


@healthy
def logistic_loop_right():
    return logistic_loop(lambda dw, db, X, a, y, i: (dw + (a - y[i]) * X[i], db + a - y[i]))


@ill("labels_misaligned")
def logistic_loop_next_label():
    return logistic_loop(lambda dw, db, X, a, y, i: (dw + (a - y[i - 1]) * X[i], db + a - y[i - 1]))


@ill("labels_misaligned", "bias_reduction")
def logistic_loop_bias_overwritten():
    return logistic_loop(lambda dw, db, X, a, y, i: (dw + (a - y[i]) * X[i], a - y[i]))


@ill("wrong_cached_input", "labels_misaligned")
def logistic_loop_first_example_twice():
    """X[0] where X[i] belongs."""
    return logistic_loop(lambda dw, db, X, a, y, i: (dw + (a - y[i]) * X[0], db + a - y[i]))


@ill("different_loss", "label_not_subtracted")
def logistic_loop_rounded():
    return logistic_loop(lambda dw, db, X, a, y, i: (dw + (round(a) - y[i]) * X[i], db + round(a) - y[i]))


@ill("loss_in_place_of_slope", "different_loss")
def logistic_loop_half_of_bce():
    """-y/a without the term of label 0, times the slope."""
    return logistic_loop(lambda dw, db, X, a, y, i: (dw - y[i] * (1 - a) * X[i], db - y[i] * (1 - a)))


# --- margins and labels of -1 and 1 ----------------------------------------------------------------------------------


def svm_hidden(mask=lambda m, t: (m < 1) * 1.0, slope=lambda z: (z > 0) * 1.0, C=1.0, sign=-1.0, dreg=1.0):
    """One hidden ReLU layer, one score, hinge loss C Σ max(0, 1 - t s) + ½ ‖w‖², t in {-1, 1}."""

    def forward(p, X):
        z = X @ p["W"].T + p["b"]
        return z, relu(z), relu(z) @ p["w"] + p["c"]

    def loss(p, X, t):
        return C * np.maximum(0, 1 - t * forward(p, X)[2]).sum() + 0.5 * (np.sum(p["W"] ** 2) + np.sum(p["w"] ** 2))

    def grad(p, X, t):
        z, h, s = forward(p, X)
        ds = sign * C * t * mask(t * s, t)
        dz = ds[:, None] * p["w"][None, :] * slope(z)
        return {"W": dz.T @ X + dreg * p["W"], "b": dz.sum(0), "w": h.T @ ds + dreg * p["w"], "c": ds.sum()}

    r = rng(111)
    p = {"W": r.normal(size=(5, 2)), "b": r.normal(size=5), "w": r.normal(size=5), "c": 0.1}
    return loss, grad, p, r.normal(size=(9, 2)), np.where(r.random(9) > 0.5, 1, -1)


@healthy
def svm_hidden_right():
    return svm_hidden()


@ill("sign")
def svm_hidden_sign():
    return svm_hidden(sign=1.0)


@ill("different_loss")
def svm_hidden_perceptron():
    return svm_hidden(mask=lambda m, t: (m < 0) * 1.0)


@ill("different_loss", "loss_in_place_of_slope")
def svm_hidden_squared():
    return svm_hidden(mask=lambda m, t: 2 * np.maximum(0, 1 - m))


@ill("regularisation")
def svm_hidden_no_penalty():
    return svm_hidden(dreg=0.0)


@ill("relu_mask")
def svm_hidden_mask():
    return svm_hidden(slope=lambda z: (z < 0) * 1.0)


def tanh_pm(dout=lambda o, t: (o - t) * (1 - o**2), hid=lambda h: 1 - h**2, red=np.mean):
    """Two tanh layers, labels -1 and 1, mean over everything of half the squared error; weights (out, in)."""

    def forward(p, X):
        h = np.tanh(X @ p["A"].T + p["a"])
        return h, np.tanh(h @ p["B"].T + p["b"])

    def loss(p, X, t):
        return 0.5 * np.mean((forward(p, X)[1] - t) ** 2)

    def grad(p, X, t):
        h, o = forward(p, X)
        d2 = dout(o, t) / o.size
        d1 = d2 @ p["B"] * hid(h)
        return {"A": d1.T @ X, "a": d1.sum(0), "B": d2.T @ h, "b": d2.sum(0)}

    r = rng(112)
    p = {"A": r.normal(size=(4, 3)), "a": np.zeros(4), "B": r.normal(size=(2, 4)), "b": np.zeros(2)}
    return loss, grad, p, r.normal(size=(6, 3)), np.where(r.random((6, 2)) > 0.5, 1.0, -1.0)


@healthy
def tanh_pm_right():
    return tanh_pm()


@ill("activation_slope_missing", "different_loss")
def tanh_pm_no_output_slope():
    return tanh_pm(dout=lambda o, t: o - t)


@ill("activation_slope_of_activation", "activation_slope_missing")
def tanh_pm_wrong_everywhere():
    return tanh_pm(dout=lambda o, t: (o - t) * o * (1 - o), hid=lambda h: h * (1 - h))


@ill("activation_slope_missing")
def tanh_pm_half_slope():
    return tanh_pm(hid=lambda h: 1.0)


# --- an autoencoder with leaky units; four layers, mixed activations -------------------------------------------------


def mixed(
    slopes=None,
    carry=lambda d, p, l: d @ p[f"W{l}"].T,
    leak=0.1,
    cache=lambda A, l: A[l - 1],
    out=lambda a, y: 2 * (a - y),
):
    """[5, 4, 3, 4, 5]: leaky, tanh, sigmoid, identity; y is X; the sum over outputs, the mean over examples."""
    f = [lambda z: np.where(z > 0, z, leak * z), np.tanh, sigmoid, lambda z: z]
    right = [
        lambda z, a: np.where(z > 0, 1.0, leak),
        lambda z, a: 1 - a**2,
        lambda z, a: a * (1 - a),
        lambda z, a: np.ones_like(z),
    ]
    slopes = {l: s for l, s in enumerate(right, 1)} | (slopes or {})

    def forward(p, X):
        A, Z = [X], [None]
        for l in range(1, 5):
            Z.append(A[-1] @ p[f"W{l}"] + p[f"b{l}"])
            A.append(f[l - 1](Z[-1]))
        return A, Z

    def loss(p, X, y):
        return ((forward(p, X)[0][-1] - y) ** 2).sum(axis=1).mean()

    def grad(p, X, y):
        A, Z = forward(p, X)
        d = out(A[4], y) / len(X) * slopes[4](Z[4], A[4])
        g = {}
        for l in (4, 3, 2, 1):
            g[f"W{l}"], g[f"b{l}"] = cache(A, l).T @ d, d.sum(0)
            if l > 1:
                d = carry(d, p, l) * slopes[l - 1](Z[l - 1], A[l - 1])
        return g

    r = rng(113)
    s = (5, 4, 3, 4, 5)
    p = {}
    for l in range(1, 5):
        p[f"W{l}"], p[f"b{l}"] = r.normal(size=s[l - 1 : l + 1]) * 0.7, r.normal(size=s[l]) * 0.2
    X = r.normal(size=(6, 5))
    return loss, grad, p, X, X.copy()


@healthy
def mixed_right():
    return mixed()


@healthy
def mixed_saturated():
    """Gradients of 1e-9 and less below a saturated layer."""
    loss, grad, p, X, y = mixed()
    p["b3"] = p["b3"] + 22.0
    return loss, grad, p, X, y


@ill("activation_slope_missing")
def mixed_layer_two():
    return mixed({2: lambda z, a: 1.0})


@ill("relu_mask")
def mixed_plain_mask():
    return mixed({1: lambda z, a: (z > 0) * 1.0})


@ill("activation_slope_of_activation")
def mixed_wrong_function():
    """Layer 3 is a sigmoid and gets the slope of tanh."""
    return mixed({3: lambda z, a: 1 - a**2})


@ill("activation_slope_extra")
def mixed_slope_on_linear():
    return mixed({4: lambda z, a: a * (1 - a)})


@ill("delta_not_carried", "activation_slope_missing", "scale")
def mixed_carries_half():
    return mixed(carry=lambda d, p, l: 0.5 * d @ p[f"W{l}"].T)


@ill("activation_slope_missing", "sign", "activation_slope_of_activation")
def mixed_pair():
    """No slope in layer 3 and the opposite sign."""
    return mixed({3: lambda z, a: 1.0}, out=lambda a, y: 2 * (y - a))


# --- other losses ----------------------------------------------------------------------------------------------------


def head(cost, dcost, K=1, positive=False, f=lambda z: z, df=lambda z, a: 1.0, yint=False):
    """One tanh layer, then K outputs through f; cost(a, y) is the whole loss, dcost its slope at a."""

    def forward(p, X):
        h = np.tanh(X @ p["W1"] + p["b1"])
        z = h @ p["W2"] + p["b2"]
        return h, z, f(z)

    def loss(p, X, y):
        return cost(forward(p, X)[2], y)

    def grad(p, X, y):
        h, z, a = forward(p, X)
        d2 = dcost(a, y) * df(z, a)
        d1 = (d2 @ p["W2"].T) * (1 - h**2)
        return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)}

    r = rng(114)
    p = {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, K)), "b2": r.normal(size=K)}
    X, y = r.normal(size=(8, 3)), r.normal(size=(8, K))
    if positive:
        y = (y > 0).astype(float)
    return loss, grad, p, X, y


@healthy
def huber():
    def cost(a, y):
        e = np.abs(a - y)
        return np.where(e < 1, 0.5 * e**2, e - 0.5).mean()

    return head(cost, lambda a, y: np.clip(a - y, -1, 1) / y.size)


@healthy
def absolute_error():
    return head(lambda a, y: np.abs(a - y).mean(), lambda a, y: np.sign(a - y) / y.size, K=2)


@healthy
def log_cosh():
    return head(lambda a, y: np.log(np.cosh(a - y)).sum(), lambda a, y: np.tanh(a - y), K=2)


@healthy
def weighted_cross_entropy():
    return head(
        lambda a, y: -np.mean(3 * y * np.log(a) + (1 - y) * np.log(1 - a)),
        lambda a, y: -(3 * y / a - (1 - y) / (1 - a)) / y.size,
        positive=True,
        f=sigmoid,
        df=lambda z, a: a * (1 - a),
    )


@healthy
def with_logits():
    return head(
        lambda a, y: np.mean(np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))),
        lambda a, y: (sigmoid(a) - y) / len(y),
        positive=True,
    )


@ill("different_loss")
def huber_with_slope_of_square():
    def cost(a, y):
        e = np.abs(a - y)
        return np.where(e < 0.5, 0.5 * e**2, 0.5 * (e - 0.25)).mean()

    return head(cost, lambda a, y: (a - y) / y.size)


@ill("different_loss")
def mse_of_absolute():
    return head(lambda a, y: np.abs(a - y).mean(), lambda a, y: 2 * (a - y) / y.size)


@ill("activation_slope_missing", "different_loss")
def with_logits_without_sigmoid():
    return head(
        lambda a, y: np.mean(np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))),
        lambda a, y: (a - y) / len(y),
        positive=True,
    )


@ill("different_loss", "activation_slope_missing")
def mse_on_sigmoid_with_bce_delta():
    """The loss printed is the mean square, the delta that of cross-entropy: a popular mix."""
    return head(lambda a, y: np.mean((a - y) ** 2), lambda a, y: (a - y) / len(y), positive=True, f=sigmoid)


@ill("different_loss", "scale", "summed_not_averaged")
def rmse_forgotten_root():
    return head(lambda a, y: np.sqrt(np.mean((a - y) ** 2)), lambda a, y: 2 * (a - y) / len(y))


@healthy
def bce_per_output():
    """Three sigmoid outputs, summed over outputs, averaged over examples."""
    return head(
        lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=1).mean(),
        lambda a, y: (a - y) / len(y),
        K=3,
        positive=True,
        f=sigmoid,
    )


@ill("scale", "averaged_twice", "summed_not_averaged")
def bce_mean_over_all_divided_by_n():
    return head(
        lambda a, y: -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)),
        lambda a, y: (a - y) / len(y),
        K=3,
        positive=True,
        f=sigmoid,
    )


@healthy
def softmax_with_mse():
    """Softmax under a squared error, with its whole Jacobian."""

    def slope(a, y):
        g = 2 * (a - y) / len(y)
        return a * (g - (g * a).sum(1, keepdims=True))

    return head(lambda a, y: np.sum((a - y) ** 2) / len(y), slope, K=3, positive=True, f=softmax)


@ill("softmax_jacobian")
def softmax_with_mse_diagonal():
    return head(
        lambda a, y: np.sum((a - y) ** 2) / len(y),
        lambda a, y: 2 * (a - y) / len(y) * a * (1 - a),
        K=3,
        positive=True,
        f=softmax,
    )


@ill("activation_slope_missing", "softmax_jacobian", "different_loss")
def softmax_with_mse_without():
    return head(
        lambda a, y: np.sum((a - y) ** 2) / len(y), lambda a, y: 2 * (a - y) / len(y), K=3, positive=True, f=softmax
    )


# --- kinks, zeros, and the numerically nasty -------------------------------------------------------------------------


def xor_net(f, df, scale=1.0, bias=0.0, cost=1.0, dtype=float):
    """XOR, [2, 4, 1], rows, sum of squares times cost."""

    def forward(p, X):
        z1 = X.dot(p["w1"]) + p["b1"]
        a1 = f(z1)
        return z1, a1, sigmoid(a1.dot(p["w2"]) + p["b2"])

    def loss(p, X, y):
        return cost * ((forward(p, X)[2] - y) ** 2).sum()

    def grad(p, X, y):
        z1, a1, a2 = forward(p, X)
        d2 = 2 * cost * (a2 - y) * a2 * (1 - a2)
        d1 = d2.dot(p["w2"].T) * df(z1, a1)
        return {"w1": X.T.dot(d1), "b1": d1.sum(0), "w2": a1.T.dot(d2), "b2": d2.sum(0)}

    r = rng(115)
    p = {"w1": r.normal(size=(2, 4)) * scale, "b1": np.full(4, bias), "w2": r.normal(size=(4, 1)), "b2": np.zeros(1)}
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype)
    return loss, grad, {k: v.astype(dtype) for k, v in p.items()}, X, np.array([[0], [1], [1], [0]], dtype)


@healthy
def xor_relu_zero_biases():
    return xor_net(relu, lambda z, a: (z > 0) * 1.0)


@healthy
def xor_relu_mask_from_activation():
    return xor_net(relu, lambda z, a: np.where(a > 0, 1, 0))


@healthy
def xor_relu_half_at_zero():
    return xor_net(relu, lambda z, a: np.heaviside(z, 0.5))


@healthy
def xor_next_to_the_kink():
    return xor_net(relu, lambda z, a: (z > 0) * 1.0, bias=3e-7)


@healthy
def xor_saturated():
    return xor_net(sigmoid, lambda z, a: a * (1 - a), scale=60.0, bias=20.0)


@healthy
def xor_tiny_loss():
    return xor_net(sigmoid, lambda z, a: a * (1 - a), cost=1e-9)


@healthy
def xor_float32_tanh():
    return xor_net(np.tanh, lambda z, a: 1 - a * a, dtype=np.float32)


@healthy
def xor_huge_loss():
    return xor_net(np.tanh, lambda z, a: 1 - a * a, cost=1e6)


@ill("relu_mask", "activation_slope_missing")
def xor_relu_mask_where_not_nought():
    """z != 0 for z > 0."""
    return xor_net(relu, lambda z, a: (z != 0) * 1.0)


@ill("relu_mask")
def xor_relu_clipped_delta():
    loss, _, p, X, y = xor_net(relu, lambda z, a: (z > 0) * 1.0)

    def clipped(p, X, y):
        z1 = X.dot(p["w1"]) + p["b1"]
        a1 = relu(z1)
        a2 = sigmoid(a1.dot(p["w2"]) + p["b2"])
        d2 = 2 * (a2 - y) * a2 * (1 - a2)
        d1 = d2.dot(p["w2"].T)
        d1[d1 < 0] = 0
        return {"w1": X.T.dot(d1), "b1": d1.sum(0), "w2": a1.T.dot(d2), "b2": d2.sum(0)}

    return loss, clipped, p, X, y


@ill("activation_slope_missing", "relu_mask", "bias_reduction")
def xor_relu_bias_before_mask():
    """b1 is summed from the delta before the mask."""
    loss, grad, p, X, y = xor_net(relu, lambda z, a: (z > 0) * 1.0)

    def early(p, X, y):
        g = grad(p, X, y)
        a1 = relu(X.dot(p["w1"]) + p["b1"])
        a2 = sigmoid(a1.dot(p["w2"]) + p["b2"])
        g["b1"] = (2 * (a2 - y) * a2 * (1 - a2)).dot(p["w2"].T).sum(0)
        return g

    return loss, early, p, X, y


@ill("forward_ignores_params")
def global_biases():
    """The forward pass adds a global b, not that of params."""
    r = rng(116)
    W, b = r.normal(size=(3, 2)), np.zeros(2)

    def loss(p, X, y):
        return np.mean((np.tanh(X @ p["W"] + b) - y) ** 2)

    def grad(p, X, y):
        a = np.tanh(X @ p["W"] + b)
        d = 2 * (a - y) * (1 - a**2) / a.size
        return {"W": X.T @ d, "b": d.sum(0)}

    return loss, grad, {"W": W, "b": b.copy()}, r.normal(size=(5, 3)), r.normal(size=(5, 2))


@ill("forward_ignores_params")
def class_keeps_its_weights():
    """loss and grad call self.forward, and self.W never changes."""

    class Model:
        def __init__(self, d, h, k):
            r = rng(117)
            self.W1, self.W2 = r.normal(size=(d, h)), r.normal(size=(h, k))

        def forward(self, X):
            self.h = sigmoid(X @ self.W1)
            return sigmoid(self.h @ self.W2)

    m = Model(3, 4, 2)

    def loss(p, X, y):
        return 0.5 * np.sum((m.forward(X) - y) ** 2) / len(X)

    def grad(p, X, y):
        o = m.forward(X)
        d = (o - y) * o * (1 - o) / len(X)
        return {"W1": X.T @ (d @ m.W2.T * m.h * (1 - m.h)), "W2": m.h.T @ d}

    r = rng(118)
    return loss, grad, {"W1": m.W1.copy(), "W2": m.W2.copy()}, r.normal(size=(5, 3)), np.eye(2)[r.integers(0, 2, 5)]


@ill("not_finite")
def softmax_overflows():
    def loss(p, X, y):
        e = np.exp(X @ p["W"])
        return -np.log((e / e.sum(1, keepdims=True))[np.arange(len(y)), y]).mean()

    def grad(p, X, y):
        e = np.exp(X @ p["W"])
        d = e / e.sum(1, keepdims=True)
        d[np.arange(len(y)), y] -= 1
        return {"W": X.T @ d / len(y)}

    r = rng(119)
    return loss, grad, {"W": r.normal(size=(4, 3))}, r.uniform(0, 255, (6, 4)) * 10, r.integers(0, 3, 6)


@ill("not_finite")
def standardised_constant_column():
    """A constant column is divided by its standard deviation, 0."""

    def scaled(X):
        return (X - X.mean(0)) / X.std(0)

    def loss(p, X, y):
        return np.mean((scaled(X) @ p["w"] - y) ** 2)

    def grad(p, X, y):
        Z = scaled(X)
        return {"w": 2 * Z.T @ (Z @ p["w"] - y) / len(y)}

    r = rng(120)
    return loss, grad, {"w": r.normal(size=3)}, np.c_[np.ones(6), r.normal(size=(6, 2))], r.normal(size=6)


@healthy
def standardises_inside():
    def scaled(X):
        return (X - X.mean(0)) / X.std(0)

    def loss(p, X, y):
        return np.mean((scaled(X) @ p["w"] + p["b"] - y) ** 2)

    def grad(p, X, y):
        Z = scaled(X)
        e = Z @ p["w"] + p["b"] - y
        return {"w": 2 * Z.T @ e / len(y), "b": 2 * e.mean()}

    r = rng(121)
    return loss, grad, {"w": r.normal(size=3), "b": 0.0}, r.normal(size=(7, 3)) * 9 + 4, r.normal(size=7)


@healthy
def cubic_fit():
    def loss(p, x, y):
        return np.mean((p["a"] * x**3 + p["b"] * x**2 + p["c"] * x + p["d"] - y) ** 2)

    def grad(p, x, y):
        e = 2 * (p["a"] * x**3 + p["b"] * x**2 + p["c"] * x + p["d"] - y) / len(x)
        return {"a": (e * x**3).sum(), "b": (e * x**2).sum(), "c": (e * x).sum(), "d": e.sum()}

    x = np.linspace(-1.5, 1.5, 9)
    return loss, grad, {"a": 0.1, "b": -0.3, "c": 0.5, "d": 0.0}, x, np.sin(x)


@ill("scale")
def cubic_fit_power_rule():
    """Every slope is multiplied by its exponent, as if x were the unknown."""
    loss, grad, p, x, y = cubic_fit()
    return loss, lambda p, x, y: {k: g * m for (k, g), m in zip(grad(p, x, y).items(), (3, 2, 1, 1))}, p, x, y


@healthy
def one_unit_one_example():
    def loss(p, x, y):
        return (sigmoid(p["w"] * x + p["b"]) - y) ** 2

    def grad(p, x, y):
        a = sigmoid(p["w"] * x + p["b"])
        return {"w": 2 * (a - y) * a * (1 - a) * x, "b": 2 * (a - y) * a * (1 - a)}

    return loss, grad, {"w": 0.6, "b": 0.9}, 1.5, 0.0


@ill("activation_slope_missing", "different_loss")
def one_unit_one_example_no_slope():
    loss, _, p, x, y = one_unit_one_example()

    def grad(p, x, y):
        a = sigmoid(p["w"] * x + p["b"])
        return {"w": 2 * (a - y) * x, "b": 2 * (a - y)}

    return loss, grad, p, x, y


@healthy
def swish_units():
    """An activation that no table has."""

    def loss(p, X, y):
        z = X @ p["W1"]
        return np.mean((z * sigmoid(z) @ p["W2"] - y) ** 2)

    def grad(p, X, y):
        z = X @ p["W1"]
        s = sigmoid(z)
        d = 2 * (z * s @ p["W2"] - y) / y.size
        return {"W1": X.T @ (d @ p["W2"].T * (s + z * s * (1 - s))), "W2": (z * s).T @ d}

    r = rng(122)
    return (
        loss,
        grad,
        {"W1": r.normal(size=(3, 4)), "W2": r.normal(size=(4, 2))},
        r.normal(size=(6, 3)),
        r.normal(size=(6, 2)),
    )


@healthy
def batch_of_one_column():
    loss, grad, p, X, Y = l_layers()
    return loss, grad, p, X[:, :1], Y[:, :1]


@healthy
def big_minibatch():
    """64 pixels, 20 hidden, 10 classes, 40 examples: 1,510 parameters."""

    def forward(p, X):
        h = relu(X @ p["W1"] + p["b1"])
        return h, softmax(h @ p["W2"] + p["b2"])

    def loss(p, X, y):
        return -np.log(forward(p, X)[1][np.arange(len(y)), y] + 1e-12).mean()

    def grad(p, X, y):
        h, P = forward(p, X)
        d = P.copy()
        d[range(len(y)), y] -= 1
        d /= len(y)
        dh = d @ p["W2"].T
        dh[h <= 0] = 0
        return {"W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}

    r = rng(123)
    p = {
        "W1": 0.1 * r.normal(size=(64, 20)),
        "b1": np.zeros(20),
        "W2": 0.1 * r.normal(size=(20, 10)),
        "b2": np.zeros(10),
    }
    return loss, grad, p, r.integers(0, 17, (40, 64)) / 16.0, r.integers(0, 10, 40)


@ill("wrong_matrix_carried_back", "activation_slope_missing", "delta_not_carried", "relu_mask")
def big_minibatch_no_mask():
    loss, _, p, X, y = big_minibatch()

    def grad(p, X, y):
        h = relu(X @ p["W1"] + p["b1"])
        d = softmax(h @ p["W2"] + p["b2"])
        d[range(len(y)), y] -= 1
        d /= len(y)
        dh = d @ p["W2"].T
        return {"W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}

    return loss, grad, p, X, y


CASES = WARD.cases
