/**
 * A number of 32 bits for a text: the same everywhere and always, spread evenly; for choosing and ordering, not for secrets.
 *
 * FNV-1a over UTF-16 units, then the finaliser of MurmurHash3, without which texts that differ in their end have neighbouring numbers.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/ and https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
