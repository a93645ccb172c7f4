import { gzipSync } from 'node:zlib';
import { type BundleInputs, buildForProduction } from './productionBuild.ts';
import type { PartResult } from './report.ts';

const kilobyte = 1024;
/** Rows of the table of inputs; the rest is summed up. */
const shownInputs = 12;

/** How much code activation has to load, and where it comes from. */
export async function measureBundle(): Promise<PartResult> {
  const build = buildForProduction();
  try {
    const size = build.code.length / kilobyte;
    const groups = grouped(build.inputs);
    const rest = groups.slice(shownInputs);
    const row = (name: string, bytes: number): (string | number)[] => [name, bytes / kilobyte, (100 * bytes) / build.code.length];
    return {
      tables: [
        {
          title: 'dist/extension.cjs after a production build',
          columns: ['form', 'KB'],
          rows: [
            ['minified', size],
            ['minified and gzipped', gzipSync(build.code).length / kilobyte],
          ],
        },
        {
          title: 'what it is made of (packages, and the rooms of src)',
          columns: ['input', 'KB', '%'],
          rows: [
            ...groups.slice(0, shownInputs).map(([name, bytes]) => row(name, bytes)),
            ...(rest.length > 0
              ? [
                  row(
                    `${rest.length} others`,
                    rest.reduce((sum, [, bytes]) => sum + bytes, 0),
                  ),
                ]
              : []),
          ],
        },
      ],
      checks: [{ what: 'minified size', value: size, unit: 'KB', atMost: 264 }],
      notes: [],
    };
  } finally {
    build.remove();
  }
}

/** Sums by package of node_modules and by folder of src, the largest first. */
function grouped(inputs: BundleInputs): [string, number][] {
  const sums = new Map<string, number>();
  for (const [file, bytes] of Object.entries(inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? /^src\/[^/]+/.exec(file)?.[0] ?? file;
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return [...sums].toSorted(([, one], [, other]) => other - one);
}
