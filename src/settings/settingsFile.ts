import { visit } from 'jsonc-parser';

/** Sections that a settings file or a `.code-workspace` may put around a setting: the workspace's block, and one per language. */
const section = /^(?:settings|\[.+\])$/;

/**
 * The settings in a settings file (JSON with comments) by their full names, such as `failsoft.backends`, however they are written:
 * dotted, as nested objects, in a language's section, or in the `settings` block of a `.code-workspace`. Works on a file half written.
 */
export function namesInSettingsFile(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  visit(text, {
    onObjectProperty: (property, _offset, _length, _line, _character, pathSupplier) => {
      const path = [...pathSupplier(), property].map(String);
      while (path[0] !== undefined && section.test(path[0])) path.shift();
      if (path.length > 0) names.add(path.join('.'));
    },
  });
  return names;
}
