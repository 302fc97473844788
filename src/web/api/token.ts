import { batch, signal } from '@preact/signals'

const KEY = 'swarmd-token'

/** The access token; '' when there is none. Kept for this tab only, unless it should be remembered. */
export const token = signal(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? '')

export function useToken(text: string, remember: boolean): void {
  // At once, so that nothing is asked without a token in between.
  batch(() => {
    forgetToken()
    token.value = text
  })
  if (text !== '') (remember ? localStorage : sessionStorage).setItem(KEY, text)
}

export function forgetToken(): void {
  token.value = ''
  localStorage.removeItem(KEY)
  sessionStorage.removeItem(KEY)
}
