package org.crossfade.api;

import java.awt.Color;

/**
 * A class that a model tells apart.
 *
 * @param id in label maps, from 0
 * @param name of it
 * @param colour in pictures
 */
public record SegmentationClass(int id, String name, Color colour) {}
