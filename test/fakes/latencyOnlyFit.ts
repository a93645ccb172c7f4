/** A point: load as a share of everybody, and the mean latency there in ms. */
type Point = readonly [load: number, mean: number];

/**
 * What is usually done instead: one server without slots, `mean = alone / (1 − load / saturation)`, through two points.
 * It is here to show what it misses.
 */
export function fitLatencyOnly([x1, y1]: Point, [x2, y2]: Point): { readonly saturation: number; at(load: number): number } {
  const saturation = (y2 * x2 - y1 * x1) / (y2 - y1);
  const alone = y1 * (1 - x1 / saturation);
  return { saturation, at: (load) => alone / (1 - load / saturation) };
}
