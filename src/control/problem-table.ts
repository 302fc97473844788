import type { ServiceErrorCode } from '../service/index.ts'

export interface ProblemRow {
  readonly status: number
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** What the caller can do about it, for a person. */
  readonly action: string
}

/** Faults that the control plane finds by itself; the rest are the service's. */
type OwnProblemCode =
  | 'malformed-http'
  | 'malformed-url'
  | 'invalid-json'
  | 'invalid-request'
  | 'token-missing'
  | 'token-invalid'
  | 'scope-missing'
  | 'foreign-origin'
  | 'route-not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'body-too-large'
  | 'url-too-long'
  | 'unsupported-media-type'
  | 'range-not-satisfiable'
  | 'wrong-host'
  | 'upgrade-required'
  | 'too-many-attempts'
  | 'headers-too-large'
  | 'too-many-readers'
  | 'too-many-connections'
  | 'internal-error'

export type ProblemCode = ServiceErrorCode | OwnProblemCode

/** Every error answer there is. Codes are stable: programs compare them, so a row is added, never renamed. */
export const problemTable: Readonly<Record<ProblemCode, ProblemRow>> = {
  'malformed-http': {
    status: 400,
    title: 'Not a valid HTTP request',
    action: 'Send HTTP/1.1 with one Host header; the port for peers is another one.',
  },
  'malformed-url': {
    status: 400,
    title: 'The path can not be decoded',
    action: 'Check the percent signs in the path: each is followed by two hex digits.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not valid JSON',
    action: 'Send one JSON object in UTF-8, without the keys __proto__ and constructor.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request does not fit its schema',
    action: 'Correct what `errors` points at; /openapi.json has the schema.',
  },
  'token-missing': {
    status: 401,
    title: 'A token is needed',
    action: 'Send Authorization: Bearer TOKEN. swarmd token create makes one, on the machine of the service.',
  },
  'token-invalid': {
    status: 401,
    title: 'The token is not valid',
    action: 'Check that it is whole and was not revoked; swarmd token list shows those that are good, by id.',
  },
  'scope-missing': {
    status: 403,
    title: 'The token does not open this',
    action: 'Use a token of the scope that is named; swarmd token create --scope write makes one for everything.',
  },
  'foreign-origin': {
    status: 403,
    title: 'Requests from other web sites are refused',
    action:
      'Call the API from its own page, or from a program that sends no Origin header. A proxy has to pass on the Host that it was asked for.',
  },
  'route-not-found': {
    status: 404,
    title: 'No such route',
    action: 'GET / lists the routes.',
  },
  'swarm-not-found': {
    status: 404,
    title: 'No such swarm',
    action: 'GET /swarms lists the info hashes of the swarms that are here.',
  },
  'torrent-not-found': {
    status: 404,
    title: 'No such .torrent file',
    action: 'Give the path of a .torrent below torrents/, or send its bytes as application/x-bittorrent.',
  },
  'file-not-found': {
    status: 404,
    title: 'No such file',
    action:
      'Put the file or folder right into shareable/, and give its name; or take an index that GET /swarms/{infoHash}/files lists.',
  },
  'name-not-found': {
    status: 404,
    title: 'Nobody has a torrent of this name',
    action:
      'Check the name, letter by letter; GET /network/members shows who can be asked. Who has the file makes a torrent of it by POST /torrents.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The route has no such method',
    action: 'Use one of the methods in the Allow header.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    action: 'Send the headers within 10 s and the whole request within 30 s.',
  },
  'swarm-conflict': {
    status: 409,
    title: 'The swarm is there already, and differs',
    action: 'Look at the swarm that is there; delete it before adding it another way.',
  },
  'name-ambiguous': {
    status: 409,
    title: 'Several torrents have this name',
    action: 'Add the one that you mean by its magnet link: `candidates` has one for each.',
  },
  'metadata-missing': {
    status: 409,
    title: 'The metadata of the torrent is not here yet',
    action: 'Wait until the state is no longer fetching-metadata; stateReason says what it waits for.',
  },
  'swarm-stopped': {
    status: 409,
    title: 'The swarm is stopped',
    action: 'Start it first: PATCH /swarms/{infoHash} with {"state": "started"}.',
  },
  'file-switched-off': {
    status: 409,
    title: 'The file is switched off, and not all here',
    action: 'Give it a priority first: PATCH /swarms/{infoHash} with {"files": [{"index": 0, "priority": "normal"}]}.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    action: 'A .torrent may have 10 MiB, any other body 64 KiB.',
  },
  'url-too-long': {
    status: 414,
    title: 'A part of the path is too long',
    action: 'An info hash has 40 hex digits.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type of the body is not taken here',
    action: 'Name one of the accepted types in Content-Type, such as application/json.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The file does not reach that far',
    action: 'Ask for a range within the length, which Content-Range has after the slash.',
  },
  'wrong-host': {
    status: 421,
    title: 'The Host header names another server',
    action: 'Use the address that the service listens on, localhost, or a name that it was given by --api-names.',
  },
  'invalid-torrent': {
    status: 422,
    title: 'Not a valid .torrent',
    action: 'Send the bytes of the .torrent as they are, for example with curl --data-binary @file.torrent.',
  },
  'invalid-magnet': {
    status: 422,
    title: 'Not a valid magnet link',
    action:
      'Give the whole link: magnet:?xt=urn:btih: and the 40 hex digits of the info hash, then &dn=, &tr= and &x.pe= as wanted.',
  },
  'invalid-name': {
    status: 422,
    title: 'No torrent can have this name',
    action: 'Give the name of a file or folder as it is in shareable/ of who has it, without any path.',
  },
  'unsupported-torrent': {
    status: 422,
    title: 'This kind of torrent is not supported',
    action: 'Make a version 1 torrent (BEP 3).',
  },
  unshareable: {
    status: 422,
    title: 'No torrent can be made of this',
    action: 'Check that there is at least one byte in it, and that all names are such that any machine can store them.',
  },
  'path-outside-torrents': {
    status: 422,
    title: 'The path leads out of torrents/',
    action: 'Give a path below torrents/, without .. and links that lead elsewhere.',
  },
  'invalid-address': {
    status: 422,
    title: 'Not the address of a peer',
    action: 'Write 10.0.0.1:5000 or [fe80::1]:5000, with a port from 1 to 65535.',
  },
  'upgrade-required': {
    status: 426,
    title: 'This is a WebSocket',
    action: 'Connect with a WebSocket client, to ws:// and the same address.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many wrong tokens from this address',
    action: 'Wait for the seconds in the Retry-After header. Other addresses are not affected.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    action: 'Send less than 16 KiB of headers.',
  },
  'internal-error': {
    status: 500,
    title: 'The service met a fault of its own',
    action: 'Look for the request id in the log of the service, and report what it says.',
  },
  'not-ready': {
    status: 503,
    title: 'It is not ready for this now',
    action: 'Try again in a second; stateReason of the swarm says what it waits for.',
  },
  'too-many-readers': {
    status: 503,
    title: 'Too many read at the same time',
    action: 'Close a reader that is not needed: there is room for 64 that hear events, and for 32 that read files.',
  },
  'too-many-connections': {
    status: 503,
    title: 'This address has too many connections',
    action:
      'Close some, or use those that are open again: an address has 100 at a time, and an IPv6 network of 64 bits too.',
  },
  storage: {
    status: 507,
    title: 'The disk refused',
    action: 'Make room, or check the disk and its rights; then try again.',
  },
}

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemTable, text)
}
