/** A process that does nothing for a while, and says what that cost. */
const [wait = '60000'] = process.argv.slice(2);
const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

await pause(15_000);
const before = process.cpuUsage();
await pause(Number(wait));
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ cpuShare: (user + system) / 1000 / Number(wait) })}\n`);
