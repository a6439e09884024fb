"""The experiments of the book in NumPy, PyTorch and JAX, as in `experiments.rs`.

Unit Variance computes in f64; the peers in what their name says.
"""

import gzip
from pathlib import Path

DIGITS = Path(__file__).resolve().parents[2] / "book" / "data" / "mnist"
BATCH, STEPS = 100, 3000


def digits():
    import numpy as np

    def read(name, header):
        with gzip.open(DIGITS / name) as file:
            return np.frombuffer(file.read(), dtype=np.uint8, offset=header)

    images = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return images, read("train-labels-idx1-ubyte.gz", 8)


def numpy_peers(_cores):
    import numpy as np

    rng = np.random.default_rng(0)
    weights = [np.sqrt(2 / n) * rng.standard_normal((n, 80)) for n in [1] + 49 * [80]]
    inputs = rng.standard_normal((1000, 1))

    def forward():
        h = inputs
        for w in weights:
            h = np.maximum(h @ w, 0)

    def spiral():
        for sigmoid in [True, False]:
            train_on_spiral(sigmoid, 1000)

    images, labels = digits()
    x_all, rows = (images / np.float32(255)).astype(np.float32), np.arange(BATCH)

    def mnist():
        f = np.float32
        first, second = [(np.sqrt(2 / n) * rng.standard_normal((n, m))).astype(f) for n, m in [(784, 100), (100, 10)]]
        parameters = [first, np.zeros(100, f), second, np.zeros(10, f)]
        velocities = [np.zeros_like(p) for p in parameters]
        for step in range(STEPS):
            epoch, batch = divmod(step, len(labels) // BATCH)
            if batch == 0:
                order = rng.permutation(len(labels))
            chosen = order[BATCH * batch : BATCH * (batch + 1)]
            x, y = x_all[chosen], labels[chosen]
            w1, b1, w2, b2 = parameters
            h = np.maximum(x @ w1 + b1, 0)
            logits = h @ w2 + b2
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[rows, y] -= 1
            p /= f(BATCH)
            dh = p @ w2.T
            dh[h <= 0] = 0
            rate = f(0.1 * 0.96**epoch)
            for parameter, v, g in zip(parameters, velocities, [x.T @ dh, dh.sum(0), h.T @ p, p.sum(0)]):
                v *= f(0.9)
                v += g
                parameter -= rate * (g + f(0.9) * v)

    yield "forward 50x80x1000", "NumPy f64", forward, 30
    yield "spiral, 1000 steps", "NumPy f64", spiral, 3
    yield "mnist, 3000 steps", "NumPy f32", mnist, 2
    yield "mnist, two nets", "NumPy f32", lambda: (mnist(), mnist()), 2


def train_on_spiral(sigmoid, steps):
    """The notebook's loop: forward, loss, backward, the two magnitudes, step."""
    import numpy as np

    rng, points = np.random.RandomState(0), 100
    t = np.concatenate([np.linspace(4 * j, 4 * j + 4, points) for j in range(3)]) + 0.2 * rng.randn(3 * points)
    r = np.tile(np.linspace(0, 1, points), 3)
    x, y = np.c_[r * np.sin(t), r * np.cos(t)], np.repeat(np.arange(3), points)
    w = [0.1 * rng.randn(*shape) for shape in [(2, 50), (50, 50), (50, 3)]]
    b = [np.zeros((1, n)) for n in [50, 50, 3]]
    rows = np.arange(len(y))
    activate = (lambda z: 1 / (1 + np.exp(-z))) if sigmoid else (lambda z: np.maximum(z, 0))
    for _ in range(steps):
        h1 = activate(x @ w[0] + b[0])
        h2 = activate(h1 @ w[1] + b[1])
        p = np.exp(h2 @ w[2] + b[2])
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[rows, y]).sum() / len(y) + 0.5e-3 * sum((m * m).sum() for m in w)
        p[rows, y] -= 1
        p /= len(y)
        g3, d2 = h2.T @ p, p @ w[2].T
        if sigmoid:
            d2 *= h2 * (1 - h2)
        else:
            d2[h2 <= 0] = 0
        g2, d1 = h1.T @ d2, d2 @ w[1].T
        if sigmoid:
            d1 *= h1 * (1 - h1)
        else:
            d1[h1 <= 0] = 0
        g1 = x.T @ d1
        magnitudes = np.abs(g1).sum() / 52, np.abs(g2).sum() / 100
        for matrix, bias, gradient, delta in zip(w, b, [g1, g2, g3], [d1, d2, p]):
            matrix -= 0.1 * (gradient + 1e-3 * matrix)
            bias -= 0.1 * delta.sum(0, keepdims=True)
    return loss, magnitudes


def torch_peers(cores):
    import torch

    torch.set_num_threads(cores)
    torch.manual_seed(0)
    weights = [(2 / n) ** 0.5 * torch.randn(n, 80, dtype=torch.float64) for n in [1] + 49 * [80]]
    inputs = torch.randn(1000, 1, dtype=torch.float64)

    def forward(weights, inputs):
        with torch.no_grad():
            h = inputs
            for w in weights:
                h = torch.relu(h @ w)

    images, labels = digits()
    x_all, y_all = torch.from_numpy(images.copy()).float() / 255, torch.from_numpy(labels.copy()).long()

    def mnist():
        net = torch.nn.Sequential(torch.nn.Linear(784, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
        loss = torch.nn.CrossEntropyLoss()
        for step in range(STEPS):
            epoch, batch = divmod(step, len(labels) // BATCH)
            if batch == 0:
                order = torch.randperm(len(labels))
                optimizer.param_groups[0]["lr"] = 0.1 * 0.96**epoch
            chosen = order[BATCH * batch : BATCH * (batch + 1)]
            optimizer.zero_grad()
            loss(net(x_all[chosen]), y_all[chosen]).backward()
            optimizer.step()

    single = [w.float() for w in weights]
    yield "forward 50x80x1000", "PyTorch f64", lambda: forward(weights, inputs), 30
    yield "forward 50x80x1000", "PyTorch f32", lambda: forward(single, inputs.float()), 30
    yield "mnist, 3000 steps", "PyTorch f32", mnist, 2
    yield "mnist, two nets", "PyTorch f32", lambda: (mnist(), mnist()), 2


def jax_peers(_cores):
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    keys = jax.random.split(jax.random.key(0), 51)
    weights = [(2 / n) ** 0.5 * jax.random.normal(key, (n, 80)) for key, n in zip(keys, [1] + 49 * [80])]
    inputs = jax.random.normal(keys[50], (1000, 1))

    @jax.jit
    def forward(h, weights):
        for w in weights:
            h = jax.nn.relu(h @ w)
        return h

    forward(inputs, weights).block_until_ready()
    yield "forward 50x80x1000", "JAX f64", lambda: forward(inputs, weights).block_until_ready(), 30


PEERS = {"numpy": numpy_peers, "torch": torch_peers, "jax": jax_peers}
