/** Greatest degrees on either side of the equator and of Greenwich. */
const LIMITS = { latitude: 90, longitude: 180 } as const;

/**
 * Degrees as Omnium keeps them, in text (`59.9127`), as a number; a decimal comma is read like a point, which no
 * thousands separator of a coordinate can be mistaken for. Undefined for anything else, e.g. `59° 54′`.
 */
export function parseDegrees(text: string, axis: keyof typeof LIMITS): number | undefined {
  const decimal = text.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  if (!/^[+-]?\d+(\.\d+)?$/.test(decimal)) return undefined;
  const degrees = Number(decimal);
  return Math.abs(degrees) <= LIMITS[axis] ? degrees : undefined;
}

/** Whether Flow has these degrees; a millionth of a degree is some ten centimetres. */
export function isSameDegrees(wanted: number, inFlow: number | string | undefined): boolean {
  return inFlow !== undefined && Math.abs(wanted - Number(inFlow)) < 1e-6;
}
