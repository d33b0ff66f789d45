"""Makes pytorch-mlp.json: ten training steps of a fixed MLP in PyTorch, in three settings.

Recipe: python -m venv .venv && .venv/bin/pip install torch numpy && .venv/bin/python test/parity/pytorch-mlp.py
Inputs and starting weights are drawn by NumPy's PCG64 with the seed below and stored with the results, so that a reader
needs neither package. Weights are stored as (inputs, outputs), the transpose of torch.nn.Linear.
"""

import json
import pathlib

import numpy
import torch

SEED, BATCH, SIZES, STEPS = 20240229, 8, (5, 7, 6, 3), 10

SETTINGS = {
    "mseAdam": dict(loss="mse", activation="tanh", learningRate=1e-2, weightDecay=0.0, maxGradNorm=None),
    "huberAdamClipped": dict(loss="huber", activation="relu", learningRate=3e-3, weightDecay=0.0, maxGradNorm=0.25),
    "crossEntropyAdamW": dict(loss="crossEntropy", activation="relu", learningRate=1e-2, weightDecay=0.1, maxGradNorm=1.0),
}


def numbers(array):
    return [float(numpy.float32(value)) for value in numpy.asarray(array, dtype=numpy.float32).ravel()]


def train(setting, weights, x, y, labels):
    torch.set_num_threads(1)
    linears = [torch.nn.Linear(a, b) for a, b in zip(SIZES, SIZES[1:])]
    for linear, (weight, bias) in zip(linears, weights):
        linear.weight.data = torch.tensor(weight.T.copy())
        linear.bias.data = torch.tensor(bias)
    activation = torch.tanh if setting["activation"] == "tanh" else torch.relu
    parameters = [p for linear in linears for p in (linear.weight, linear.bias)]
    optimizer = torch.optim.AdamW if setting["weightDecay"] > 0 else torch.optim.Adam
    optimizer = optimizer(parameters, lr=setting["learningRate"], weight_decay=setting["weightDecay"])
    losses, norms = [], []
    for _ in range(STEPS):
        out = torch.tensor(x)
        for i, linear in enumerate(linears):
            out = linear(out) if i == len(linears) - 1 else activation(linear(out))
        if setting["loss"] == "mse":
            loss = torch.nn.functional.mse_loss(out, torch.tensor(y))
        elif setting["loss"] == "huber":
            loss = torch.nn.functional.huber_loss(out, torch.tensor(y), delta=0.5)
        else:
            loss = torch.nn.functional.cross_entropy(out, torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        limit = setting["maxGradNorm"]
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, limit if limit is not None else 1e9)))
        optimizer.step()
        losses.append(loss.item())
    final = [[numbers(linear.weight.detach().numpy().T), numbers(linear.bias.detach().numpy())] for linear in linears]
    return dict(setting, losses=losses, gradientNorms=norms, finalWeights=final)


def main():
    rng = numpy.random.default_rng(SEED)
    draw = lambda *shape: rng.normal(size=shape).astype(numpy.float32)
    weights = [(draw(a, b) / numpy.float32(a**0.5), draw(b) * numpy.float32(0.1)) for a, b in zip(SIZES, SIZES[1:])]
    x, y = draw(BATCH, SIZES[0]), draw(BATCH, SIZES[-1])
    labels = rng.integers(0, SIZES[-1], size=BATCH)
    result = dict(
        madeWith=f"torch {torch.__version__.split('+')[0]}, numpy {numpy.__version__}",
        sizes=SIZES,
        batch=BATCH,
        x=numbers(x),
        y=numbers(y),
        labels=labels.tolist(),
        startWeights=[[numbers(weight), numbers(bias)] for weight, bias in weights],
        settings={name: train(setting, weights, x, y, labels) for name, setting in SETTINGS.items()},
    )
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(result, indent=1) + "\n")


main()
