#!/usr/bin/python3
"""MetaPix's meta step in PyTorch: the peer of the benchmark's row.

Written from the equations: Jian et al., "MetaPix", Image and Vision Computing, 2021, section 3.2.
FCN-8s on VGG-16 with two stems, the U-Net that weights source pixels; one virtual step of plain
gradient descent on the weighted source loss, the loss on the target behind it, and its gradient with
respect to the U-Net by double differentiation (`create_graph`). One source and one target image.
Weights, images and labels follow a formula of names and a seed, the same as Crossfade's, so that
losses and gradients can be compared.
"""

import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn.functional as F

from torch_fada import CLASSES, IGNORE, formula_value, uniform

MEAN_BGR = (104.00698793, 116.66876762, 122.67891434)
ALPHA = 1e-4
BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
UNITS = (
    ("inc.double_conv", 23, 64, 64),
    ("down1.maxpool_conv.1.double_conv", 64, 128, 128),
    ("down2.maxpool_conv.1.double_conv", 128, 256, 256),
    ("down3.maxpool_conv.1.double_conv", 256, 256, 256),
    ("up2.conv.double_conv", 512, 256, 128),
    ("up3.conv.double_conv", 256, 128, 64),
    ("up4.conv.double_conv", 128, 64, 64),
)


def segmenter_shapes():
    """Shapes by name, in PyTorch's layout."""
    shapes, inputs = {}, 3
    for block, (outputs, layers) in enumerate(BLOCKS, 1):
        for stem in ("x1", "x2") if block == 1 else ("",):
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


def weighting_shapes():
    shapes = {}
    for name, inputs, middle, outputs in UNITS:
        shapes[f"{name}.0"] = (middle, inputs, 3, 3)
        shapes[f"{name}.3"] = (outputs, middle, 3, 3)
    shapes["outc.conv"] = (2, 64, 1, 1)
    return shapes


def formula_parameters(shapes, seed):
    parameters = {}
    for name, shape in shapes.items():
        parameters[f"{name}.weight"] = formula_value(f"{name}.weight", shape, seed)
        parameters[f"{name}.bias"] = formula_value(f"{name}.bias", shape[:1], seed)
    return {name: value.requires_grad_() for name, value in parameters.items()}


def formula_batch(stream, height, width, seed):
    """One image, BGR minus its mean, [1, 3, H, W], and its labels, [1, H, W]."""
    u = uniform(f"{stream}.0.image", height * width * 3, seed)
    rgb = torch.from_numpy((128 * (u + 1)).astype("uint8")).view(1, height, width, 3)
    image = rgb.permute(0, 3, 1, 2).flip(1).float() - torch.tensor(MEAN_BGR).view(3, 1, 1)
    labels = (CLASSES + 1) * (uniform(f"{stream}.0.labels", height * width, seed) + 1) / 2
    labels = torch.from_numpy(labels.astype("int64")).view(1, height, width)
    labels[labels == CLASSES] = IGNORE
    return image.contiguous(), labels


def convolution(p, name, x, padding=0):
    return F.conv2d(x, p[f"{name}.weight"], p[f"{name}.bias"], padding=padding)


def resized(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=True)


def segment(p, image, stem, fc6_padding, rectified, drop=lambda layer, x: x):
    """FCN-8s; `rectified` cuts the three scores at 0."""
    cut = F.relu if rectified else (lambda x: x)
    x, pools = image, {}
    for block, (_, layers) in enumerate(BLOCKS, 1):
        for layer in range(1, layers + 1):
            name = f"conv{block}{stem if block == 1 else ''}_{layer}"
            x = F.relu(convolution(p, name, x, padding=1))
        x = pools[block] = F.max_pool2d(x, 2, 2, ceil_mode=True)
    x = drop("fc6", F.relu(convolution(p, "fc6", x, padding=fc6_padding)))
    x = drop("fc7", F.relu(convolution(p, "fc7", x)))
    x = cut(convolution(p, "score", x))
    x = resized(x, pools[4]) + cut(convolution(p, "score_pool4", pools[4]))
    x = resized(x, pools[3]) + cut(convolution(p, "score_pool3", pools[3]))
    return resized(x, image)


def weigh(p, image, labels):
    """W, [1, H, W]."""
    one_hot = F.one_hot(labels.clamp(max=CLASSES), CLASSES + 1).permute(0, 3, 1, 2)
    x, skips = torch.cat((image, one_hot.to(image.dtype)), 1), []
    for i, (name, *_) in enumerate(UNITS):
        if 1 <= i <= 3:
            skips.append(x)
            x = F.max_pool2d(x, 2)
        elif i > 3:
            skip = skips.pop()
            up = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
            rows, columns = skip.shape[2] - up.shape[2], skip.shape[3] - up.shape[3]
            up = F.pad(up, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
            x = torch.cat((skip, up), 1)
        for part in ("0", "3"):
            x = F.relu(F.instance_norm(convolution(p, f"{name}.{part}", x, padding=1)))
    return F.softmax(convolution(p, "outc.conv", x), dim=1)[:, 1]


def labelled_mean(logits, labels):
    return F.cross_entropy(logits, labels, ignore_index=IGNORE)


class Peer:
    """Both networks and one batch."""

    def __init__(self, height, width, fc6_padding, seed):
        self.theta = formula_parameters(segmenter_shapes(), seed)
        self.phi = formula_parameters(weighting_shapes(), seed)
        self.fc6_padding = fc6_padding
        self.source = formula_batch("source", height, width, seed)
        self.target = formula_batch("target", height, width, seed)

    def forward_backward(self, domains):
        """The losses of images of these domains and all gradients of θ; nothing moves."""
        loss = 0
        for domain in domains:
            image, labels = getattr(self, domain)
            stem = "x1" if domain == "source" else "x2"
            loss = loss + labelled_mean(
                segment(self.theta, image, stem, self.fc6_padding, False), labels
            )
        used = [v for n, v in self.theta.items() if len(domains) == 2 or stem in n or "x" not in n]
        torch.autograd.grad(loss, used)
        return {"loss": float(loss.detach())}

    def meta(self):
        """Losses, and the gradient of φ through one virtual step."""
        image, labels = self.source
        weights = weigh(self.phi, image, labels)
        logits = segment(self.theta, image, "x1", self.fc6_padding, False)
        loss = F.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="none")
        source = (weights * loss).mean()
        names = [name for name in self.theta if "x2" not in name]
        g = torch.autograd.grad(source, [self.theta[n] for n in names], create_graph=True)
        stepped = dict(self.theta)
        stepped.update({n: self.theta[n] - ALPHA * d for n, d in zip(names, g)})
        image, labels = self.target
        target = labelled_mean(segment(stepped, image, "x2", self.fc6_padding, True), labels)
        gradients = torch.autograd.grad(target, list(self.phi.values()))
        norms = {n: float(d.norm()) for n, d in zip(self.phi, gradients) if n.endswith("weight")}
        return {"source": float(source.detach()), "target": float(target.detach())} | {
            f"gradient.{name}": norm for name, norm in norms.items()
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", required=True, choices=("one-image", "pair", "meta"))
    parser.add_argument("--iterations", type=int, default=3, help="how many are measured")
    parser.add_argument("--formula-weights", type=int, default=11, metavar="SEED")
    parser.add_argument("--height", type=int, default=128)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--fc6-padding", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", help="also write the figures to this file")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    peer = Peer(a.height, a.width, a.fc6_padding, a.formula_weights)
    work = {
        "one-image": lambda: peer.forward_backward(["source"]),
        "pair": lambda: peer.forward_backward(["source", "target"]),
        "meta": peer.meta,
    }[a.work]
    values, seconds = work(), []
    for _ in range(a.iterations):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"PyTorch {torch.__version__}, {a.threads} threads, {a.work}: median"
          f" {statistics.median(seconds):.3f} s, peak {peak / 1e6:.0f} MB")
    if a.json:
        with open(a.json, "w", encoding="utf-8") as file:
            json.dump({"values": values, "seconds": seconds, "peakBytes": peak}, file, indent=2)


if __name__ == "__main__":
    main()
