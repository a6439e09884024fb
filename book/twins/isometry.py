# Left out: the mean of the rank's law, and the singular values.
import numpy as np

rng = np.random.default_rng(1)
n = 40
signal = np.ones((1, n))
jacobian = np.eye(n)
smallest = n
for layer in range(20):
    # A uniform rotation: Q with the signs of R's diagonal.
    q, r = np.linalg.qr(rng.normal(size=(n, n)))
    weight = np.sqrt(2) * q * np.sign(np.diag(r))

    signal = signal @ weight
    active = signal > 0
    signal = np.where(active, signal, 0)
    jacobian = jacobian @ (weight * active)
    smallest = min(smallest, active.sum())

# The rank is the smallest number of active units.
assert np.linalg.matrix_rank(jacobian) == smallest
