"""What iterations on DeepLabV2 share: logits at the images' size, SGD in two groups, falling rates."""

import torch
import torch.nn.functional as F

HEAD_FACTOR, MOMENTUM, WEIGHT_DECAY = 10, 0.9, 5e-4


def upsampled(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)


def segmenter_sgd(backbone, classifier, rate):
    """SGD on lists of parameters; the classifier learns ten times as fast."""
    groups = [{"params": backbone, "lr": rate}, {"params": classifier, "lr": HEAD_FACTOR * rate}]
    return torch.optim.SGD(groups, lr=rate, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)


def falling(optimizer, horizon, power=0.9):
    """A scheduler: rates times (1 - i / horizon)^power."""
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: (1 - i / horizon) ** power)
