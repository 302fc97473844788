import { useSignalEffect } from '@preact/signals'
import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import { forgetToken, token, useToken } from '../api/token.ts'
import { connection } from '../state/connection.ts'

const opener: { open: () => void } = { open: () => {} }

export function TokenButton(): VNode | null {
  if (connection.value !== 'locked' && token.value === '') return null
  return (
    <button type="button" onClick={() => opener.open()}>
      Token
    </button>
  )
}

/** Asks for an access token, by itself when the service wants one. */
export function TokenDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const text = useRef<HTMLInputElement>(null)
  const remember = useRef<HTMLInputElement>(null)
  opener.open = () => dialog.current?.showModal()
  useSignalEffect(() => {
    if (connection.value === 'locked' && dialog.current?.open === false) dialog.current.showModal()
  })
  const submit = (event: Event): void => {
    event.preventDefault()
    useToken(text.current?.value.trim() ?? '', remember.current?.checked === true)
    if (text.current) text.current.value = ''
    connection.value = 'starting'
    dialog.current?.close()
  }
  return (
    <dialog ref={dialog} aria-labelledby="token-title">
      <h2 id="token-title">Access token</h2>
      <p>
        {token.value === ''
          ? 'This service wants a token.'
          : connection.value === 'locked'
            ? 'The service does not take the token that it was given.'
            : 'A token is in use.'}{' '}
        On its machine, the first one lies in <code>.swarmd/token</code>, and <code>swarmd token create</code> makes
        others.
      </p>
      <form onSubmit={submit}>
        <label class="field">
          Token
          <input ref={text} type="password" autocomplete="off" required />
        </label>
        <label class="check">
          <input type="checkbox" ref={remember} /> Remember it in this browser
        </label>
        <p class="buttons">
          {token.value !== '' && (
            <button
              type="button"
              onClick={() => {
                forgetToken()
                dialog.current?.close()
              }}
            >
              Forget it
            </button>
          )}
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Use it
          </button>
        </p>
      </form>
    </dialog>
  )
}
