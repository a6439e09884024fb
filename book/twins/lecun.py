# No tanh network is drawn: the recursion of wide layers stands for
# it. The weights of the other are normal, not uniform.
import numpy as np

rng = np.random.default_rng(3)
signal = np.ones((1, 400))
for layer in range(20):
    weight = rng.normal(0, np.sqrt(1 / 400), (400, 400))
    signal = signal @ weight
# Without an activation the size stays: outside of this
# interval lies less than one network in a billion.
assert 0.3 < np.sqrt(np.mean(signal**2)) < 3.0

# With tanh, in wide layers, a mean square q becomes E tanh²(√q Z),
# for a standard normal Z. Gauss's rule has the mean.
nodes, weights = np.polynomial.hermite_e.hermegauss(100)
q = 1.0
for layer in range(20):
    q = weights @ np.tanh(np.sqrt(q) * nodes) ** 2 / weights.sum()
# 1/√40 is 0.16.
assert 0.14 < np.sqrt(q) < 0.17
