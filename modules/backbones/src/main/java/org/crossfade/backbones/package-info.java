/**
 * Import of published weights into segmentation networks. Each family of networks is a package
 * below: its options by kind, its network, and the names of its published files.
 */
package org.crossfade.backbones;
