"""Makes the small checkpoints beside this file: the layout of FADA's and of PixDA's, and one with objects.

    python3 make_checkpoints.py      (PyTorch 1.6 or newer)

Networks of width 1 with one block a stage and 3 classes; element i of every tensor is i.
"""

import argparse
import pathlib
import sys
import types
from collections import OrderedDict

import numpy
import torch


def ramp(*shape):
    return torch.arange(int(torch.tensor(shape).prod()), dtype=torch.float32).reshape(shape)


def norm(name, channels, tensors, counter):
    for part in ("weight", "bias", "running_mean", "running_var"):
        tensors[f"{name}.{part}"] = ramp(channels)
    if counter:
        tensors[f"{name}.num_batches_tracked"] = torch.tensor(9)


def trunk(counter):
    tensors = OrderedDict()
    tensors["conv1.weight"] = ramp(1, 3, 7, 7)
    norm("bn1", 1, tensors, counter)
    inputs = 1
    for stage in range(1, 5):
        inner = 2 ** (stage - 1)
        block = f"layer{stage}.0"
        tensors[f"{block}.conv1.weight"] = ramp(inner, inputs, 1, 1)
        norm(f"{block}.bn1", inner, tensors, counter)
        tensors[f"{block}.conv2.weight"] = ramp(inner, inner, 3, 3)
        norm(f"{block}.bn2", inner, tensors, counter)
        tensors[f"{block}.conv3.weight"] = ramp(4 * inner, inner, 1, 1)
        norm(f"{block}.bn3", 4 * inner, tensors, counter)
        tensors[f"{block}.downsample.0.weight"] = ramp(4 * inner, inputs, 1, 1)
        norm(f"{block}.downsample.1", 4 * inner, tensors, counter)
        inputs = 4 * inner
    return tensors


def head(name, inputs):
    tensors = OrderedDict()
    for i in range(4):
        tensors[f"{name}conv2d_list.{i}.weight"] = ramp(3, inputs, 3, 3)
        tensors[f"{name}conv2d_list.{i}.bias"] = ramp(3)
    return tensors


def under(prefix, tensors):
    return OrderedDict((prefix + name, tensor) for name, tensor in tensors.items())


fada = {
    "iteration": 5,
    "feature_extractor": under("module.backbone.", trunk(counter=False)),
    "classifier": under("module.", head("", 32)),
    "model_D": under("module.", OrderedDict([("D.0.weight", ramp(2, 32, 3, 3))])),
}
torch.save(fada, "fada.pth", _use_new_zipfile_serialization=False)

pixda_network = trunk(counter=True)
pixda_network.update(head("layer5.", 16))
pixda_network.update(head("layer6.", 32))
pixda = {
    "model_state": under("module.", pixda_network),
    "model_d2_state": under("module.", OrderedDict([("conv1.weight", ramp(2, 3, 4, 4))])),
    "total_steps_so_far": 7,
}
torch.save(pixda, "pixda.pth")


# A class that the reader does not have, as mmengine's logs are.
class HistoryBuffer:
    def __init__(self):
        self.history = numpy.zeros(3)


place = "mmengine.logging.history_buffer"
HistoryBuffer.__module__ = place
for module in ("mmengine", "mmengine.logging", place):
    sys.modules[module] = types.ModuleType(module)
sys.modules[place].HistoryBuffer = HistoryBuffer
network = trunk(counter=True)
network.update(head("", 32))
objects_beside = {
    "state_dict": under("model.", network),
    "args": argparse.Namespace(lr=0.1, data=pathlib.PosixPath("/data")),
    "history": numpy.zeros(5),
    "message_hub": {"log": HistoryBuffer()},
}
torch.save(objects_beside, "objects-beside.pth", _use_new_zipfile_serialization=False)
