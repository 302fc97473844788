/**
 * A bencoded value (BEP 3). Integers are numbers, or bigints where a number would round. Strings are bytes: BEP 3 gives
 * them no encoding.
 */
export type BencodeValue = number | bigint | Uint8Array | BencodeValue[] | BencodeDict

/**
 * Keys are the raw key bytes, a character (U+0000 … U+00FF) for each byte, so that binary keys keep apart. A Map, so that
 * a key called `__proto__` is nothing but a key.
 */
export type BencodeDict = Map<string, BencodeValue>
