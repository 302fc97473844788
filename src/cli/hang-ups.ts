import type { EventEmitter } from 'node:events'

/**
 * SIGHUP, where it asks for the settings to be read again. It is listened to from the first moment to the last: unheard
 * it would end the process, in the midst of a start or a stop.
 */
export class HangUps {
  readonly #signals: EventEmitter
  readonly #listener = (): void => this.#onSignal()
  #reload: (() => void) | null = null
  #early = false

  constructor(signals: EventEmitter) {
    this.#signals = signals
    signals.on('SIGHUP', this.#listener)
  }

  /** From now on each one calls `reload`; one that came before does so at once. */
  begin(reload: () => void): void {
    this.#reload = reload
    if (this.#early) reload()
  }

  /** From now on they mean nothing. */
  end(): void {
    this.#reload = null
  }

  close(): void {
    this.end()
    this.#signals.off('SIGHUP', this.#listener)
  }

  #onSignal(): void {
    this.#early = true
    this.#reload?.()
  }
}
