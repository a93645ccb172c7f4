/** Says whether a value that came from outside has a type. */
export type Shape<T> = (value: unknown) => value is T;

export const isText: Shape<string> = (value) => typeof value === 'string';
export const isNumber: Shape<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
export const isFlag: Shape<boolean> = (value) => typeof value === 'boolean';

export const oneOf =
  <const T extends string | number>(allowed: readonly T[]): Shape<T> =>
  (value): value is T =>
    allowed.some((each) => each === value);

export const listOf =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(shape);

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value): value is T | null =>
    value === null || shape(value);

/** For a property that may be missing. */
export const maybe =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || shape(value);

/** A shape for each property; what else the value has is of no interest. */
export const recordOf =
  <T extends object>(shapes: { readonly [K in keyof T]-?: Shape<T[K]> | Shape<T[K] | undefined> }): Shape<T> =>
  (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Shape<unknown>>(shapes as Record<string, Shape<unknown>>).every(([name, shape]) =>
      shape((value as Record<string, unknown>)[name]),
    );

/** One of two shapes. */
export const eitherOf =
  <A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> =>
  (value): value is A | B =>
    first(value) || second(value);

/** An object whose values all have a shape, whatever its names. */
export const valuesOf =
  <T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(shape);
