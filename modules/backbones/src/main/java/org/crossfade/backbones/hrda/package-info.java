/** HRDA: a network at two resolutions. */
package org.crossfade.backbones.hrda;
