/**
 * The control plane: REST and OpenAPI over HTTP, for people, programs and the page. Invariant: it holds no state of
 * its own and sees the service only through its face; whatever arrives, the answer is a declared schema or a problem
 * (RFC 9457). May import: service (types, and the error class).
 */
export {
  type Control,
  type ControlAddress,
  ControlExposedError,
  type ControlOptions,
  createControl,
} from './control.ts'
export { isLoopback } from './loopback.ts'
