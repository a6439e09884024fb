# Left out: the batch of eight, the next input, the angle under
# weight decay, and the prior logit.
import numpy as np

# Fifty layers with batch normalization: each multiplies a squared
# gradient by E relu'(Z)² / Var relu(Z).
factor = 0.5 / (0.5 - 1 / (2 * np.pi))
assert 2e8 < factor**50 < 2.2e8

# Features behind a LayerNorm are never beyond √(d − 1).
h = np.zeros(10)
h[0] = 1.0
normalized = (h - h.mean()) / h.std()
assert np.isclose(normalized.max(), 3.0)

# Pixels as if they were independent: their second moments, and the
# condition number.
n, mean, std = 784, 0.1307, 0.3081
moments = std**2 * np.eye(n) + mean**2
eigenvalues = np.linalg.eigvalsh(moments)
assert eigenvalues[-1] / eigenvalues[0] > 142

# A rare class: a readout of zero weights, and biases ln p.
p = np.array([0.01, 0.99])
loss = -np.sum(p * np.log(p))
assert abs(loss - 0.056) < 1e-5
