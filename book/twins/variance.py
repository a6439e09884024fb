import numpy as np

after_relu = np.array([0.0, 3.0, 0.0, 1.0])
assert after_relu.mean() == 1.0
# What the next layer transmits.
assert np.mean(after_relu**2) == 2.5
# What is usually printed.
assert after_relu.var() == 1.5


def rms(x):
    largest = np.abs(x).max()
    return largest * np.sqrt(np.mean((x / largest) ** 2))


# Although 1e300 squared is not a float.
assert rms(np.array([1e300, -1e300])) == 1e300
