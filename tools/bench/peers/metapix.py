"""MetaPix's iterations, and the passes that a meta step is measured against.

Written from the equations: Jian et al., "MetaPix", Image and Vision Computing, 2021, with the values
that made its numbers. FCN-8s on VGG-16 with a first block for each domain, and the U-Net that weights
source pixels; Adam. One source and one target image; nothing is dropped.

Iterations: `joint`, both domains' cross entropy; `weighted`, the source's by the U-Net's weights; `meta`,
one virtual step of plain gradient descent on the weighted source, the loss on the target behind it and
its gradient with respect to the U-Net by double differentiation (`create_graph`). Of passes that
update nothing: `one-image` and `pair`, all gradients of the cross entropy; `meta-gradient`, those of
`meta` and their norms.
"""

import torch
import torch.nn.functional as F

from peers.formula import CLASSES, IGNORE, centred_bgr, formula_labels, formula_pixels
from peers.training import falling
from peers.vgg import STEMS, convolution, formula_parameters, segment, segmenter_shapes

ALPHA = 1e-4
BETAS, WEIGHT_DECAY = (0.9, 0.999), 1e-4
BIAS_FACTOR = 2
RATES = {"joint": (1e-4, 150000), "weighted": (5e-5, 15000)}
META_RATE = 1e-4
UNITS = (
    ("inc.double_conv", CLASSES + 4, 64, 64),
    ("down1.maxpool_conv.1.double_conv", 64, 128, 128),
    ("down2.maxpool_conv.1.double_conv", 128, 256, 256),
    ("down3.maxpool_conv.1.double_conv", 256, 256, 256),
    ("up2.conv.double_conv", 512, 256, 128),
    ("up3.conv.double_conv", 256, 128, 64),
    ("up4.conv.double_conv", 128, 64, 64),
)


def options(parser):
    parser.add_argument("--work", required=True, choices=sorted(Peer.works))
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--fc6-padding", type=int, default=0, help="3 for images below 193 pixels")


def weighting_shapes():
    """Shapes of the kernels by name."""
    shapes = {}
    for name, inputs, middle, outputs in UNITS:
        shapes[f"{name}.0"] = (middle, inputs, 3, 3)
        shapes[f"{name}.3"] = (outputs, middle, 3, 3)
    shapes["outc.conv"] = (2, 64, 1, 1)
    return shapes


def weigh(p, images, labels):
    """W, [N, H, W], of images and their labels, one channel a class and one for no label."""
    one_hot = F.one_hot(labels.clamp(max=CLASSES), CLASSES + 1).permute(0, 3, 1, 2)
    x, skips = torch.cat((images, one_hot.to(images.dtype)), 1), []
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
            x = F.relu_(F.instance_norm(convolution(p, f"{name}.{part}", x, padding=1)))
    return F.softmax(convolution(p, "outc.conv", x), dim=1)[:, 1]


def labelled_mean(logits, labels):
    return F.cross_entropy(logits, labels, ignore_index=IGNORE)


def weighted_mean(logits, labels, weights):
    """Over all pixels; those without a label add 0."""
    loss = F.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="none")
    return (weights * loss).mean()


class Peer:
    """Both networks, the optimizer of the one that is trained, one batch."""

    def __init__(self, arguments):
        height, width, seed = arguments.height, arguments.width, arguments.seed
        self.work = arguments.work
        self.images = 1 if self.work == "one-image" else 2
        self.differentiates_twice = self.work.startswith("meta")
        self.fc6_padding = arguments.fc6_padding
        self.theta = formula_parameters(segmenter_shapes(), seed)
        if self.work.startswith("meta") or self.work == "weighted":
            self.phi = formula_parameters(weighting_shapes(), seed)
        self.batch = {
            domain: (
                centred_bgr(formula_pixels(domain, height, width, seed)).contiguous(),
                formula_labels(domain, height, width, seed),
            )
            for domain in STEMS
        }
        if self.work == "meta":
            self.optimizer = self.adam(self.phi.values(), META_RATE)
        elif self.work in RATES:
            rate, horizon = RATES[self.work]
            self.optimizer = self.adam(self.rate_groups(rate), rate)
            self.schedule = falling(self.optimizer, horizon)

    def rate_groups(self, rate):
        """Weights, and biases at twice their rate."""
        names = {True: [], False: []}
        for name, value in self.theta.items():
            names[name.endswith("bias")].append(value)
        biases = {"params": names[True], "lr": BIAS_FACTOR * rate}
        return [{"params": names[False]}, biases]

    @staticmethod
    def adam(parameters, rate):
        return torch.optim.Adam(parameters, lr=rate, betas=BETAS, weight_decay=WEIGHT_DECAY)

    def logits(self, domain, theta=None, rectified=False):
        images, _ = self.batch[domain]
        parameters = self.theta if theta is None else theta
        return segment(parameters, images, domain, self.fc6_padding, rectified)

    def iterate(self, iteration):
        """Runs one iteration and returns its unweighted losses."""
        return self.works[self.work](self)

    def train_pair(self):
        self.optimizer.zero_grad(set_to_none=True)
        losses = {}
        images, labels = self.batch["source"]
        if self.work == "weighted":
            with torch.no_grad():
                weights = weigh(self.phi, images, labels)
            source = weighted_mean(self.logits("source"), labels, weights)
            losses["mean-weight"] = float(weights.mean())
        else:
            source = labelled_mean(self.logits("source"), labels)
        source.backward()
        target = labelled_mean(self.logits("target"), self.batch["target"][1])
        target.backward()
        self.optimizer.step()
        self.schedule.step()
        return losses | {"seg-source": float(source.detach()), "seg-target": float(target.detach())}

    def behind_virtual_step(self):
        """L_s, L_t as a function of phi, and the mean weight."""
        images, labels = self.batch["source"]
        weights = weigh(self.phi, images, labels)
        source = weighted_mean(self.logits("source"), labels, weights)
        seen = [name for name in self.theta if STEMS["target"] not in name]
        g = torch.autograd.grad(source, [self.theta[n] for n in seen], create_graph=True)
        stepped = dict(self.theta)
        stepped.update({n: torch.sub(self.theta[n], d, alpha=ALPHA) for n, d in zip(seen, g)})
        reached = self.logits("target", stepped, rectified=True)
        target = labelled_mean(reached, self.batch["target"][1])
        return source, target, weights.mean()

    def train_weighting(self):
        source, target, weight = self.behind_virtual_step()
        names = list(self.phi)
        gradients = torch.autograd.grad(target, [self.phi[n] for n in names])
        for name, gradient in zip(names, gradients):
            self.phi[name].grad = gradient
        self.optimizer.step()
        losses = {"seg-target": target, "weighted-source": source, "mean-weight": weight}
        return {name: float(value.detach()) for name, value in losses.items()}

    def meta_gradient(self):
        source, target, _ = self.behind_virtual_step()
        gradients = torch.autograd.grad(target, list(self.phi.values()))
        norms = {
            f"gradient.{name}": float(gradient.norm())
            for name, gradient in zip(self.phi, gradients)
            if name.endswith("weight")
        }
        return {"source": float(source.detach()), "target": float(target.detach())} | norms

    def gradients(self, domains):
        """The cross entropy of images of these domains and all its gradients; nothing moves."""
        loss = sum(labelled_mean(self.logits(domain), self.batch[domain][1]) for domain in domains)
        others = [stem for domain, stem in STEMS.items() if domain not in domains]
        used = [v for n, v in self.theta.items() if not any(stem in n for stem in others)]
        torch.autograd.grad(loss, used)
        return {"loss": float(loss.detach())}

    works = {
        "joint": train_pair,
        "weighted": train_pair,
        "meta": train_weighting,
        "meta-gradient": meta_gradient,
        "one-image": lambda self: self.gradients(["source"]),
        "pair": lambda self: self.gradients(["source", "target"]),
    }
