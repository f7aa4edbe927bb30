/** Schedules and optimizers with PyTorch's arithmetic. */
package org.crossfade.core.optim;
