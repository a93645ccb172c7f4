/**
 * The property names in a settings file (JSON with comments), at any depth.
 *
 * A scan, not a parse: it only has to tell names from strings and comments, and it works on a file that is half written.
 */
export function namesInSettingsFile(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const tokens = text.matchAll(/"((?:[^"\\\n]|\\.)*)"(\s*:)?|\/\/[^\n]*|\/\*[\s\S]*?\*\//g);
  for (const [, name, colon] of tokens) if (name !== undefined && colon !== undefined) names.add(name);
  return names;
}
