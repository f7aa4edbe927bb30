/**
 * PiXL: pixels that are hard for the network are pulled to prototypes made of those that are not.
 */
package org.crossfade.pixl;
