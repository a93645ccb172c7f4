import { readdirSync } from 'node:fs';

/** What lies in a folder. Links are neither: they may lead out of it, or in circles. */
export interface FoundInFolder {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** Looks into folders, one at a time. */
export interface SourceFolders {
  /** In the order of their names; empty for what is no folder or may not be read. */
  entriesOf(folder: string): readonly FoundInFolder[];
}

/** The folders of the machine. */
export const systemFolders: SourceFolders = {
  entriesOf(folder) {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .map((entry): FoundInFolder => ({ name: entry.name, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other' }))
        .sort((left, right) => (left.name < right.name ? -1 : 1));
    } catch {
      return [];
    }
  },
};
