/** Letters with marks can be written in two ways; which one a name has depends on the machine that it was made on. */
export const sameName = (one: string, other: string): boolean => one.normalize('NFC') === other.normalize('NFC')
