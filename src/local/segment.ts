/** One file in the store. */
export interface Segment {
  readonly path: string;
  /** What tells versions of the file apart; see the protocol. */
  readonly stamp: string;
  /** Folder of the path, without the last slash. */
  readonly folder: string;
  /** Name of the file without what tells a test or declaration from what it belongs to, so that the two are near. */
  readonly stem: string;
  /** See `familyOf`. */
  readonly family: number;
  /** First place. */
  start: number;
  /** Place after the last one. */
  end: number;
  /** Counts up with every file written, so that the newest is known. */
  readonly age: number;
  /** Replaced or deleted: no longer found, its places given back at the next compaction. */
  isDead: boolean;
  /** It took the place of an earlier version: somebody works on it. */
  readonly isEdited: boolean;
  /** Not all of the file found room. */
  isPart: boolean;
  /** How near it is to the document that is edited; see `Neighbours`. */
  scope: number;
  /** The change of document for which `scope` holds. */
  scopeIn: number;
}
