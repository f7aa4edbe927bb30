"""FCN-8s on VGG-16 as MetaPix has it: a first block for each domain, nothing else apart.

Functions of parameters by name, so that they can run on parameters behind a virtual step.
"""

import torch.nn.functional as F

from peers.formula import CLASSES, formula_value

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
STEMS = {"source": "x1", "target": "x2"}


def segmenter_shapes():
    """Shapes of the kernels by name."""
    shapes, inputs = {}, 3
    for block, (outputs, layers) in enumerate(BLOCKS, 1):
        for stem in STEMS.values() if block == 1 else ("",):
            width = inputs
            for layer in range(1, layers + 1):
                shapes[f"conv{block}{stem}_{layer}"] = (outputs, width, 3, 3)
                width = outputs
        inputs = outputs
    shapes["fc6"] = (4096, 512, 7, 7)
    shapes["fc7"] = (4096, 4096, 1, 1)
    shapes["score"] = (CLASSES, 4096, 1, 1)
    shapes["score_pool4"] = (CLASSES, 512, 1, 1)
    shapes["score_pool3"] = (CLASSES, 256, 1, 1)
    return shapes


def formula_parameters(shapes, seed):
    """Kernels and biases by name, to be trained."""
    parameters = {}
    for name, shape in shapes.items():
        parameters[f"{name}.weight"] = formula_value(f"{name}.weight", shape, seed)
        parameters[f"{name}.bias"] = formula_value(f"{name}.bias", shape[:1], seed)
    return {name: value.requires_grad_() for name, value in parameters.items()}


def convolution(p, name, x, padding=0):
    return F.conv2d(x, p[f"{name}.weight"], p[f"{name}.bias"], padding=padding)


def resized(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=True)


def segment(p, images, domain, fc6_padding, rectified=False):
    """Logits at the images' size; `rectified` cuts the three scores at 0. Nothing is dropped."""
    cut = F.relu if rectified else (lambda scores: scores)
    x, pools = images, {}
    for block, (_, layers) in enumerate(BLOCKS, 1):
        for layer in range(1, layers + 1):
            name = f"conv{block}{STEMS[domain] if block == 1 else ''}_{layer}"
            x = F.relu_(convolution(p, name, x, padding=1))
        x = pools[block] = F.max_pool2d(x, 2, 2, ceil_mode=True)
    x = F.relu_(convolution(p, "fc6", x, padding=fc6_padding))
    x = F.relu_(convolution(p, "fc7", x))
    x = cut(convolution(p, "score", x))
    x = resized(x, pools[4]) + cut(convolution(p, "score_pool4", pools[4]))
    x = resized(x, pools[3]) + cut(convolution(p, "score_pool3", pools[3]))
    return resized(x, images)
