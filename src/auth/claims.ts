/** What a path of keys, separated by dots, leads to in claims; undefined where it leads nowhere. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  // A key may have dots itself, as `https://example/roles` has.
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Whether the claims have a role: in a list, or as words of a text. */
export function hasRole(claims: Readonly<Record<string, unknown>>, path: string, role: string): boolean {
  const value = claimAt(claims, path);
  if (Array.isArray(value)) return value.includes(role);
  return typeof value === 'string' && value.split(/[\s,]+/).includes(role);
}

/** A claim that is a text; undefined for anything else. */
export const textClaim = (claims: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** What a user is called, by the first of the usual claims that is there. */
export const nameClaim = (claims: Readonly<Record<string, unknown>>): string | undefined =>
  textClaim(claims, 'name') ?? textClaim(claims, 'preferred_username') ?? textClaim(claims, 'username');
