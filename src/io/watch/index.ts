/**
 * A folder that people put files into.
 *
 * Invariant: what is in the folder decides, never which events came; a file is taken once, and only when it is whole.
 *
 * May import: nothing of `src/` but io's clock.
 */
export { type FolderWatch, watchFolder, type WatchFolderOptions } from './watch-folder.ts'
