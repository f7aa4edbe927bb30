"""One image through a network in inference, and what its logits are like.

DeepLabV2's logits have stride 8, FCN-8s's the image's size, HRDA's are the fused ones of stride 4,
whose windows have half the image's sides.
"""

import torch
from torch import nn

from peers.formula import DEVIATION, MEAN, assign_formula, centred_bgr, formula_pixels
from peers.hrda import Hrda
from peers.mit import SIZES
from peers.resnet import Backbone, Classifier
from peers.vgg import formula_parameters, segment, segmenter_shapes

NETWORKS = ("deeplab-v2-resnet101", "fcn8s", "hrda-b0", "hrda-b2")


def options(parser):
    parser.add_argument("--network", choices=NETWORKS, required=True)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)


def network(arguments):
    """The network as a function of normalised images."""
    name = arguments.network
    if name == "fcn8s":
        kernels = {
            key: value.detach().contiguous(memory_format=torch.channels_last) if value.ndim == 4 else value.detach()
            for key, value in formula_parameters(segmenter_shapes(), arguments.seed).items()
        }
        return lambda images: segment(kernels, images, "target", fc6_padding=0)
    window = arguments.height // 2, arguments.width // 2
    if name == "deeplab-v2-resnet101":
        modules = Backbone(), Classifier()
    else:
        modules = (Hrda(*SIZES[name.removeprefix("hrda-")], window),)
    # One behind the other: each one's weights have names of their own.
    for module in modules:
        assign_formula(module, arguments.seed)
    return nn.Sequential(*modules).eval().to(memory_format=torch.channels_last)


def normalised(pixels):
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (pixels.float() / 255 - mean) / deviation


class Peer:
    """The network and its image."""

    images = 1

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.network = network(arguments)
        self.normalised = centred_bgr if arguments.network == "fcn8s" else normalised
        self.pixels = formula_pixels("source", height, width, seed)

    @torch.no_grad()
    def iterate(self, _):
        """Runs the network and returns the mean square and the maximum of its logits."""
        images = self.normalised(self.pixels).contiguous(memory_format=torch.channels_last)
        logits = self.network(images)
        return {"mean-square": float(logits.square().mean()), "max": float(logits.max())}
