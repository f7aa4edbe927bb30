package org.crossfade.datasets.streets;

import org.crossfade.core.label.LabelSpace;

/** What a pixel shows: the 19 evaluated classes of Cityscapes, and one thing that is ignored. */
enum SceneClass {
  ROAD("road"),
  SIDEWALK("sidewalk"),
  BUILDING("building"),
  WALL("wall"),
  FENCE("fence"),
  POLE("pole"),
  TRAFFIC_LIGHT("traffic light"),
  TRAFFIC_SIGN("traffic sign"),
  VEGETATION("vegetation"),
  TERRAIN("terrain"),
  SKY("sky"),
  PERSON("person"),
  RIDER("rider"),
  CAR("car"),
  TRUCK("truck"),
  BUS("bus"),
  TRAIN("train"),
  MOTORCYCLE("motorcycle"),
  BICYCLE("bicycle"),
  /** The bonnet of the car that carries the camera. */
  EGO_VEHICLE("");

  private final byte trainId;

  SceneClass(String className) {
    trainId = (byte) LabelSpace.of(19).idOf(className).orElse(LabelSpace.IGNORE);
  }

  /** Returns the Cityscapes train id, 255 where the pixel counts for nothing. */
  byte trainId() {
    return trainId;
  }
}
