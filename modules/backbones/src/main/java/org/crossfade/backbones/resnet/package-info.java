/** Dilated residual networks: the trunk of DeepLabV2 and DeepLabV3+. */
package org.crossfade.backbones.resnet;
