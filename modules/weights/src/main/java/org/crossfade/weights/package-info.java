/**
 * Files of published weights: PyTorch's two {@code .pth} containers and safetensors.
 *
 * <p>A file is read lazily: opening it reads names, types and shapes; the numbers of a tensor are
 * read when they are asked for, so that a file of hundreds of megabytes costs the memory of one
 * tensor. Tensors keep the layout of their file (PyTorch's: a convolution kernel is output
 * channels, input channels, height, width); no file is ever allowed to run code.
 */
package org.crossfade.weights;
