/** Characters that turn the reading direction, hide or break a line: a name must not lie about what it is. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A name from a torrent or a peer, with � for each character that can't be seen. */
export const visibleText = (text: string): string => text.replaceAll(HIDDEN, '\ufffd')
