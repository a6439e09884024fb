# Left out: the quantiles of the exact law.
import numpy as np


def sizes(fan):
    """The notebook's network, seed 0, under 2/fan_in or 2/fan_out."""
    rng = np.random.RandomState(0)

    def matrix(fan_in, fan_out):
        variance = 2 / (fan_in if fan == "in" else fan_out)
        w = rng.normal(size=(fan_out, fan_in))
        return np.sqrt(variance) * w.T

    first, readout = matrix(1, 80), matrix(80, 1)
    weights = [first] + [matrix(80, 80) for _ in range(49)]
    signal, masks = rng.normal(size=(100, 1)), []
    for weight in weights:
        signal = np.maximum(signal @ weight, 0)
        masks.append(signal > 0)
    output = signal @ readout

    # Backward from the sum of the squared outputs, to layer 1.
    delta = (2 * output @ readout.T) * masks[49]
    for layer in range(48, 0, -1):
        delta = (delta @ weights[layer + 1].T) * masks[layer]
    return [np.sqrt(np.mean(a**2)) for a in (signal, output, delta)]


signal, output, gradient = sizes("in")
signal_out, output_out, gradient_out = sizes("out")
assert np.isclose(output_out, output)
assert np.isclose(signal / signal_out, np.sqrt(80))
assert np.isclose(gradient_out / gradient, np.sqrt(80))
