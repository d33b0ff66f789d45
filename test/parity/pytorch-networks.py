"""Makes pytorch-networks.json: outputs and gradients of an LSTM, multi-head attention and a Transformer layer in PyTorch.

Recipe: python -m venv .venv && .venv/bin/pip install torch numpy && .venv/bin/python test/parity/pytorch-networks.py
Inputs, weights and the loss weights are drawn by NumPy's PCG64 with the seed below and stored under our names and layout
(inputs, outputs), so that a reader needs neither package. The loss is the sum of output times fixed random weights.
PyTorch's LSTM has two bias vectors that are only ever added: the second is zero here.
"""

import json
import pathlib

import numpy
import torch

SEED, BATCH, BARS, FEATURES, UNITS, HEADS, FEED_FORWARD = 20240301, 3, 7, 5, 6, 2, 10
rng = numpy.random.default_rng(SEED)


def draw(*shape):
    return torch.tensor((0.4 * rng.normal(size=shape)).astype(numpy.float32), requires_grad=True)


def numbers(array):
    return [float(value) for value in array.detach().numpy().astype(numpy.float32).ravel()]


def case(parameters, x, out):
    """parameters: by our name, leaf tensors in our layout."""
    weights = draw(*out.shape)
    (out * weights.detach()).sum().backward()
    return dict(
        x=numbers(x),
        xShape=list(x.shape),
        lossWeights=numbers(weights),
        out=numbers(out),
        xGradient=numbers(x.grad),
        parameters={name: numbers(value) for name, value in parameters.items()},
        gradients={name: numbers(value.grad) for name, value in parameters.items()},
    )


def lstm():
    x = draw(BARS, BATCH, FEATURES)
    p = {
        "net/lstm/input/weight": draw(FEATURES, 4 * UNITS),
        "net/lstm/input/bias": draw(4 * UNITS),
        "net/lstm/recurrent/weight": draw(UNITS, 4 * UNITS),
    }
    module = torch.nn.LSTM(FEATURES, UNITS)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    values = (p["net/lstm/input/weight"].T, p["net/lstm/recurrent/weight"].T, p["net/lstm/input/bias"], torch.zeros(4 * UNITS))
    out, _ = torch.func.functional_call(module, dict(zip(names, values)), (x,))
    return case(p, x, out)


def attention_parameters(prefix):
    parts = ("query", "key", "value", "output")
    return {f"{prefix}/{part}/{kind}": draw(*((UNITS, UNITS) if kind == "weight" else (UNITS,))) for part in parts for kind in ("weight", "bias")}


def attention_values(p, prefix):
    stacked = lambda kind: torch.cat([p[f"{prefix}/{part}/{kind}"].T if kind == "weight" else p[f"{prefix}/{part}/{kind}"] for part in ("query", "key", "value")])
    return {
        "in_proj_weight": stacked("weight"),
        "in_proj_bias": stacked("bias"),
        "out_proj.weight": p[f"{prefix}/output/weight"].T,
        "out_proj.bias": p[f"{prefix}/output/bias"],
    }


def attention():
    x = draw(BATCH, BARS, UNITS)
    p = attention_parameters("net/attention")
    module = torch.nn.MultiheadAttention(UNITS, HEADS, batch_first=True)
    out, _ = torch.func.functional_call(module, attention_values(p, "net/attention"), (x, x, x))
    return case(p, x, out)


def transformer():
    x = draw(BATCH, BARS, UNITS)
    p = attention_parameters("net/layer/attention")
    for norm in ("attentionNorm", "feedForwardNorm"):
        p[f"net/layer/{norm}/scale"], p[f"net/layer/{norm}/shift"] = draw(UNITS), draw(UNITS)
    p["net/layer/feedForward0/weight"], p["net/layer/feedForward0/bias"] = draw(UNITS, FEED_FORWARD), draw(FEED_FORWARD)
    p["net/layer/feedForward1/weight"], p["net/layer/feedForward1/bias"] = draw(FEED_FORWARD, UNITS), draw(UNITS)
    module = torch.nn.TransformerEncoderLayer(UNITS, HEADS, FEED_FORWARD, dropout=0.0, batch_first=True, norm_first=True)
    values = {f"self_attn.{name}": value for name, value in attention_values(p, "net/layer/attention").items()}
    values |= {
        "norm1.weight": p["net/layer/attentionNorm/scale"],
        "norm1.bias": p["net/layer/attentionNorm/shift"],
        "norm2.weight": p["net/layer/feedForwardNorm/scale"],
        "norm2.bias": p["net/layer/feedForwardNorm/shift"],
        "linear1.weight": p["net/layer/feedForward0/weight"].T,
        "linear1.bias": p["net/layer/feedForward0/bias"],
        "linear2.weight": p["net/layer/feedForward1/weight"].T,
        "linear2.bias": p["net/layer/feedForward1/bias"],
    }
    return case(p, x, torch.func.functional_call(module, values, (x,)))


def convolution():
    x = draw(BATCH, BARS, FEATURES)
    p = {"net/conv/weight": draw(3, FEATURES, UNITS), "net/conv/bias": draw(UNITS)}
    # PyTorch's layout is (outputs, inputs, kernel), and time comes last.
    out = torch.nn.functional.conv1d(x.transpose(1, 2), p["net/conv/weight"].permute(2, 1, 0), p["net/conv/bias"], dilation=2)
    return case(p, x, out.transpose(1, 2))


result = dict(
    madeWith=f"torch {torch.__version__.split('+')[0]}, numpy {numpy.__version__}",
    units=UNITS,
    numHeads=HEADS,
    feedForward=FEED_FORWARD,
    cases=dict(lstm=lstm(), attention=attention(), transformer=transformer(), convolution=convolution()),
)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
