/**
 * A window that writes its journal as fast as it can until it is killed: `node writer.mjs FOLDER NAME SEED`. Its records are named
 * `NAME.0`, `NAME.1`, …; how many of them are confirmed is a line on standard output, written before anything else happens.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom, systemRandom } from '../../src/base/random.ts';
import { Journal } from '../../src/journal/journal.ts';
import { namedDecision } from './namedDecision.ts';

const [folder = '', name = '', seed = '1'] = process.argv.slice(2);
/** More would be more than is kept. */
const most = 3000;
const random = seededRandom(Number(seed));
const journal = new Journal({
  folder: folderAt(folder),
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
  knownCode: () => undefined,
});
let count = 0;
const add = (records: number): void => {
  for (const end = count + records; count < end; count++) journal.add(namedDecision(`${name}.${count}`, systemClock.now()));
};
while (count < most) {
  add(1 + Math.floor(random() * 40));
  const confirmed = count;
  const writing = journal.write();
  // What comes while it is written is not confirmed by it.
  add(Math.floor(random() * 5));
  if (await writing) writeSync(1, `${confirmed}\n`);
  if (random() < 0.01) {
    add(30);
    void journal.write();
    // What a window that closes does, with a part on its way to the disk.
    journal.dispose();
    writeSync(1, `${count}\n`);
    break;
  }
}
// Waits for its end.
setInterval(() => undefined, 1000);
