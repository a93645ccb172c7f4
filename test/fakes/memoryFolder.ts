import type { Folder } from '../../src/base/folder.ts';

/** A folder that is only in memory. */
export class MemoryFolder implements Folder {
  readonly files = new Map<string, string>();

  append(name: string, text: string): Promise<void> {
    this.appendNow(name, text);
    return Promise.resolve();
  }

  appendNow(name: string, text: string): void {
    this.files.set(name, (this.files.get(name) ?? '') + text);
  }

  list(): ReturnType<Folder['list']> {
    return Promise.resolve([...this.files].map(([name, text]) => ({ name, bytes: Buffer.byteLength(text), modifiedAt: Date.now() })));
  }

  read(name: string): Promise<string> {
    const text = this.files.get(name);
    return text === undefined ? Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' })) : Promise.resolve(text);
  }

  remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  rename(name: string, newName: string): Promise<void> {
    this.files.set(newName, this.files.get(name) ?? '');
    return this.remove(name);
  }

  /** All lines without version, number and time. */
  lines(): string[] {
    const texts = [...this.files.values()].flatMap((text) => text.split('\n').filter(Boolean));
    return texts.map((line) => (JSON.parse(line) as unknown[]).filter((_, index) => index !== 0 && index !== 1 && index !== 3).join(' '));
  }
}
