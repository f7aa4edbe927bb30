package org.crossfade.datasets.streets;

/** Gives every pixel of a canvas its colour: material, texture, light, and haze with distance. */
final class Shader {
  private static final double FAR = 260;

  private final Canvas canvas;
  private final Camera camera;
  private final double roughness;
  private final double haze;
  private final Rgb hazeColour;
  private double r;
  private double g;
  private double b;

  Shader(Canvas canvas, Camera camera, double roughness, double haze, Rgb hazeColour) {
    this.canvas = canvas;
    this.camera = camera;
    this.roughness = roughness;
    this.haze = haze;
    this.hazeColour = hazeColour;
  }

  /** Returns the red, green and blue planes, nominally in [0, 1]. */
  float[][] shade() {
    int width = canvas.width();
    int height = canvas.height();
    float[][] planes = new float[3][width * height];
    Surface[] surfaces = canvas.table().toArray(new Surface[0]);
    for (int row = 0, i = 0; row < height; row++) {
      double down = (row + 0.5 - camera.horizon()) / camera.focal();
      for (int column = 0; column < width; column++, i++) {
        double right = (column + 0.5 - camera.centre()) / camera.focal();
        pixel(surfaces[canvas.surfaceAt(i)], right, down, canvas.lightAt(i));
        planes[0][i] = (float) r;
        planes[1][i] = (float) g;
        planes[2][i] = (float) b;
      }
    }
    return planes;
  }

  private void pixel(Surface surface, double right, double down, float shade) {
    double z;
    double u;
    double v;
    switch (surface.plane()) {
      case GROUND -> {
        z = Math.min(FAR, (camera.height() - surface.offset()) / Math.max(1e-4, down));
        u = right * z;
        v = z;
      }
      case SIDE -> {
        z = Math.max(Camera.NEAR, Math.min(FAR, surface.offset() / nonZero(right)));
        u = z;
        v = camera.height() - down * z;
      }
      case FRONT -> {
        z = surface.offset();
        u = right * z;
        v = camera.height() - down * z;
      }
      default -> {
        z = 0;
        u = right;
        v = -down;
      }
    }
    Material material = surface.material();
    double footprint = z / camera.focal();
    texture(material, u, v, footprint);
    double lit = surface.light() * shade;
    double depth = haze * z;
    double veil = 1 - 1 / (1 + depth + 0.5 * depth * depth);
    r = r * lit * (1 - veil) + hazeColour.r() * veil;
    g = g * lit * (1 - veil) + hazeColour.g() * veil;
    b = b * lit * (1 - veil) + hazeColour.b() * veil;
  }

  private static double nonZero(double value) {
    return Math.abs(value) < 1e-5 ? Math.copySign(1e-5, value) : value;
  }

  /** Sets r, g, b to the material's colour at (u, v); {@code footprint} is a pixel in metres. */
  private void texture(Material material, double u, double v, double footprint) {
    switch (material.texture()) {
      case PLAIN -> tone(material, 1 + 0.025 * roughness * grain(material, u, v, 0.08, footprint));
      case ASPHALT ->
          tone(
              material,
              1
                  + roughness
                      * (0.10 * grain(material, u, v * 0.4, 0.03, footprint)
                          + 0.09 * grain(material, u, v * 0.35, 0.7, footprint)));
      case PAVING -> {
        double near = 1 - Math.min(1, footprint / 0.12);
        boolean joint =
            fraction(u / material.pitch()) < 0.08 || fraction(v / material.pitch()) < 0.08;
        blend(material, joint ? near * 0.8 : 0);
        scale(1 + 0.10 * roughness * grain(material, u, v, 0.2, footprint));
      }
      case FACADE -> facade(material, u, v, footprint);
      case MASONRY -> {
        double course = v / (material.pitch() * 0.5);
        double shift = 0.5 * ((int) Math.floor(course) & 1);
        boolean joint = fraction(course) < 0.14 || fraction(u / material.pitch() + shift) < 0.07;
        blend(material, joint ? 0.35 * (1 - Math.min(1, footprint / 0.15)) : 0);
        scale(1 + 0.12 * roughness * grain(material, u, v, 0.25, footprint));
      }
      case BARS -> {
        boolean bar = fraction(u / material.pitch()) < 0.45 || fraction(v / 0.8) < 0.14;
        double sharp = 1 - Math.min(1, footprint / 0.25);
        blend(material, bar ? 0.35 * (1 - sharp) : 0.55 * (1 - sharp) + sharp);
      }
      case LEAVES -> {
        double clump =
            grain(material, u, v, 0.11, footprint) + 0.5 * grain(material, u, v, 0.5, footprint);
        blend(material, Math.max(0, Math.min(1, 0.35 - 0.8 * roughness * clump)));
        scale(1 + 0.22 * roughness * grain(material, u + 31, v, 0.06, footprint));
      }
      case GRASS -> {
        double patch = grain(material, u, v * 0.4, 0.5, footprint);
        blend(material, Math.max(0, Math.min(1, 0.22 + 0.45 * roughness * patch)));
        scale(1 + 0.16 * roughness * grain(material, u, v * 0.4, 0.04, footprint));
      }
      case SKY -> sky(material, u, v);
      case SETTS -> setts(material, u, v, footprint);
      case RIBBONS -> ribbons(material, u, v, footprint);
      case TIMBER -> timber(material, u, v, footprint);
      case PANELS -> {
        boolean groove = fraction(u / 0.4) < 0.35 || fraction(u / 4) < 0.05;
        double sharp = 1 - Math.min(1, footprint / 0.3);
        blend(material, groove ? 0.25 + 0.5 * sharp : 0.25 * (1 - sharp));
        scale(1 + 0.10 * roughness * grain(material, u * 0.5, v * 2, 0.9, footprint));
      }
      case MESH -> {
        double p = material.pitch();
        boolean wire =
            fraction((u + v) / p) < 0.22
                || fraction((u - v) / p) < 0.22
                || fraction(u / 2.5) < 0.05;
        double sharp = 1 - Math.min(1, footprint / 0.2);
        blend(material, wire ? 0.6 * (1 - sharp) : 0.6 + 0.4 * sharp);
      }
      case BOARDS -> {
        boolean gap = fraction(v / material.pitch()) < 0.18;
        double sharp = 1 - Math.min(1, footprint / 0.2);
        blend(material, gap ? 0.18 + 0.7 * sharp : 0.18 * (1 - sharp));
        scale(1 + 0.15 * roughness * grain(material, u * 0.2, v, 0.1, footprint));
      }
      case TWIGS -> {
        double limb = Math.abs(grain(material, u * 1.4, v * 0.7, 0.9, footprint));
        double twig = Math.abs(grain(material, u + 17, v, 0.3, footprint));
        double sharp = 1 - Math.min(1, footprint / 0.35);
        double gap = limb < 0.09 || twig < 0.11 ? 0 : 1;
        blend(material, sharp * gap + 0.5 * (1 - sharp));
      }
    }
  }

  private void setts(Material material, double u, double v, double footprint) {
    double course = v / material.pitch();
    int row = (int) Math.floor(course);
    double along = u / material.pitch() + 0.5 * (row & 1);
    boolean joint = fraction(course) < 0.16 || fraction(along) < 0.16;
    double near = 1 - Math.min(1, footprint / 0.2);
    blend(material, joint ? near : 0.25 * (1 - near));
    double stone = Noise.cell((int) Math.floor(along), row, material.seed()) - 0.5;
    scale(1 + roughness * (0.4 * near * stone + 0.10 * grain(material, u, v, 1.2, footprint)));
  }

  private void ribbons(Material material, double u, double v, double footprint) {
    double up = v / 3.4;
    double along = u / material.pitch();
    int floor = (int) Math.floor(up);
    double fy = up - floor;
    double sharp = 1 - 0.5 * Math.min(1, footprint / 0.6);
    if (fy > 0.3 && fy < 0.9 && fraction(along) > 0.05) {
      blend(material, sharp);
      scale(0.85 + 0.3 * Noise.cell((int) Math.floor(along), floor, material.seed()) + 0.2 * fy);
      return;
    }
    tone(material, 1 + 0.05 * roughness * grain(material, u, v * 0.2, 1.2, footprint));
  }

  private void timber(Material material, double u, double v, double footprint) {
    double along = u / material.pitch();
    double up = v / 2.8;
    int bay = (int) Math.floor(along);
    int floor = (int) Math.floor(up);
    double fx = along - bay;
    double fy = up - floor;
    double kind = Noise.cell(bay, floor, material.seed());
    boolean strut = kind < 0.35 && Math.abs(fx - fy) < 0.09;
    boolean window = kind > 0.45 && fx > 0.3 && fx < 0.75 && fy > 0.35 && fy < 0.8;
    boolean beam = fx < 0.11 || fy < 0.1 || strut;
    double sharp = 1 - 0.6 * Math.min(1, footprint / 0.5);
    blend(material, window || beam ? sharp : 0);
    scale(window ? 1.25 : 1 + 0.05 * roughness * grain(material, u, v, 0.6, footprint));
  }

  private void facade(Material material, double u, double v, double footprint) {
    int seed = material.seed();
    double along = u / material.pitch() + (seed & 7) * 0.125;
    double storey = 3.1;
    double up = v / storey;
    int bay = (int) Math.floor(along);
    int floor = (int) Math.floor(up);
    double fx = along - bay;
    double fy = up - floor;
    boolean ground = floor == 0;
    double inset = ground ? 0.12 : 0.27;
    double sill = ground ? 0.08 : 0.28;
    double lintel = ground ? 0.74 : 0.82;
    boolean window = fx > inset && fx < 1 - inset && fy > sill && fy < lintel;
    boolean frame =
        !window && fx > inset - 0.05 && fx < 1.05 - inset && fy > sill - 0.05 && fy < lintel + 0.04;
    double sharp = 1 - 0.6 * Math.min(1, footprint / 0.6);
    if (window) {
      double mood = Noise.cell(bay, floor, seed);
      blend(material, sharp);
      scale(0.75 + 0.6 * mood + 0.25 * (fy - 0.5));
      return;
    }
    double wear =
        1
            + roughness
                * (0.05 * grain(material, u, v, 0.15, footprint)
                    + 0.05 * grain(material, u, v, 1.2, footprint));
    tone(material, wear * (frame ? 1.16 : ground ? 0.86 : fy < 0.05 ? 0.88 : 1));
  }

  private void sky(Material material, double u, double v) {
    double rise = Math.max(0, Math.min(1, v / 0.22));
    double cloud =
        Noise.at(u * 22 + (material.seed() & 255), v * 60 + (material.seed() >> 8 & 255));
    double share = 1 - rise + 0.55 * Math.max(0, cloud) * Math.min(1, roughness + 0.3);
    blend(material, Math.max(0, Math.min(1, share)));
  }

  /** Returns noise with features of about {@code size} metres, gone where pixels are larger. */
  private static double grain(
      Material material, double u, double v, double size, double footprint) {
    double fade = Math.min(1, 1.5 * size / footprint);
    if (fade < 0.05) {
      return 0;
    }
    double scale = 2 / size;
    int seed = material.seed();
    return fade * Noise.at(u * scale + (seed & 255), v * scale + (seed >> 8 & 255));
  }

  private static double fraction(double value) {
    return value - Math.floor(value);
  }

  private void tone(Material material, double factor) {
    Rgb colour = material.colour();
    r = colour.r() * factor;
    g = colour.g() * factor;
    b = colour.b() * factor;
  }

  private void blend(Material material, double detail) {
    Rgb one = material.colour();
    Rgb two = material.detail();
    r = one.r() + (two.r() - one.r()) * detail;
    g = one.g() + (two.g() - one.g()) * detail;
    b = one.b() + (two.b() - one.b()) * detail;
  }

  private void scale(double factor) {
    r *= factor;
    g *= factor;
    b *= factor;
  }
}
