const KINDS: Readonly<Record<string, 'video' | 'audio'>> = {
  mp4: 'video',
  m4v: 'video',
  webm: 'video',
  mkv: 'video',
  ogv: 'video',
  mp3: 'audio',
  m4a: 'audio',
  ogg: 'audio',
  opus: 'audio',
  flac: 'audio',
  wav: 'audio',
}

/** What a browser may be able to play it as, by the end of its name; null: as nothing. */
export function mediaKind(path: string): 'video' | 'audio' | null {
  const [, ending = ''] = /\.([a-z0-9]+)$/i.exec(path) ?? []
  const lower = ending.toLowerCase()
  return Object.hasOwn(KINDS, lower) ? (KINDS[lower] ?? null) : null
}
