# Left out: the plain block, the spread, Fixup's scale, and the mean
# of a zero start.
import numpy as np

# Fifty blocks that add a branch of mean square 1/50 stay below e.
assert (1 + 1 / 50) ** 50 < np.e

# ReZero, x + α F(x), is the identity at α = 0.
first = np.array([[1.0, -1.0], [0.5, 2.0]])
second = np.array([[1.0, 0.0], [3.0, 1.0]])
alpha = 0.0
x, v = np.array([[2.0, 4.0]]), np.array([[1.0, -1.0]])
hidden = np.maximum(x @ first, 0)
branch = hidden @ second
y = x + alpha * branch
assert (hidden == [[4.0, 6.0]]).all()
assert (y == x).all()

# Backward from v: α has a gradient, and the branch has none.
of_branch = alpha * v
of_hidden = of_branch @ second.T * (hidden > 0)
assert np.sum(branch * v) == 16.0
assert (hidden.T @ of_branch == 0).all()
assert (x.T @ of_hidden == 0).all()
assert (v + of_hidden @ first.T == v).all()
