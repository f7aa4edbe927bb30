package org.crossfade.core.nn;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a network of two resolutions made of each. In HRDA's terms: context is LR, detail is HR.
 *
 * @param context the answer to the whole image at half its size: raw logits and features, [N, H/8,
 *     W/8, ·]
 * @param detail the answer to the window at full size, [N, h/4, w/4, ·] for a window of h x w;
 *     where the network slid over the whole image, the average over windows, [N, H/4, W/4, ·].
 *     Without stages
 * @param attention to detail, in 0..1 and before the window's mask, [N, H/8, W/8, K] or of one
 *     channel
 * @param window y1, y2, x1, x2 of the window in pixels of the image, ends excluded, [4]; the whole
 *     image where the network slid
 */
public record MultiResolution(
    Prediction context, Prediction detail, Operand<TFloat32> attention, Operand<TInt32> window) {}
