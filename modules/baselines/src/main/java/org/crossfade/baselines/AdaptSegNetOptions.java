package org.crossfade.baselines;

import org.crossfade.core.nn.NetworkOptions;
import org.crossfade.recipes.AdversarialTraining;
import org.crossfade.recipes.OutputSpaceAlignment;
import org.crossfade.recipes.SupervisedTraining;

/**
 * AdaptSegNet's options, section {@code crossfade.adaptsegnet}.
 *
 * @param network with an auxiliary head for two levels, without one for one level
 * @param source supervised training in front; 0 iterations in the official recipe, which starts
 *     from pretrained weights
 * @param adversarial rates, batches and lengths
 * @param alignment what is aligned, and how strongly
 */
public record AdaptSegNetOptions(
    NetworkOptions network,
    SupervisedTraining source,
    AdversarialTraining adversarial,
    OutputSpaceAlignment alignment) {}
