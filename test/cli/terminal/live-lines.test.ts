import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LiveLines } from '../../../src/cli/terminal/live-lines.ts'

const ESC = '\u001b'

/** A terminal that notes what is written, and time that is turned by hand. */
function rig(columns = 40) {
  const written: string[] = []
  const terminal = { columns, rows: 10, write: (text: string) => void written.push(text) }
  let now = 0
  let due: { at: number; call: () => void } | null = null
  const clock = {
    now: () => now,
    after(ms: number, call: () => void) {
      due = { at: now + ms, call }
      return () => {
        due = null
      }
    },
  }
  const pass = (ms: number): void => {
    now += ms
    if (due === null || due.at > now) return
    const { call } = due
    due = null
    call()
  }
  return { written, terminal, live: new LiveLines(terminal, clock), pass }
}

/** Without the frame that each drawing has. */
const body = (text: string | undefined): string =>
  (text ?? '').replace(`${ESC}[?2026h${ESC}[?7l`, '').replace(`${ESC}[?7h${ESC}[?2026l`, '')

describe('live lines', () => {
  it('are drawn over those before', () => {
    const { written, live, pass } = rig()
    live.show(['one', 'two'])
    pass(100)
    live.show(['three'])
    assert.deepEqual(written.map(body), ['one\ntwo\n', `${ESC}[2A\r${ESC}[Jthree\n`])
  })

  it('are drawn ten times a second at most, and the last picture is not lost', () => {
    const { written, live, pass } = rig()
    for (let ms = 0; ms < 1000; ms++) {
      live.show([`at ${ms}`])
      pass(1)
    }
    assert.ok(written.length <= 11 && written.length >= 9, String(written.length))
    live.show(['last'])
    live.end()
    assert.match(written.at(-1) ?? '', /last/)
  })

  it('leave what is written above them where it is', () => {
    const { written, live, pass } = rig()
    live.show(['bar'])
    live.above('a line\n')
    pass(100)
    assert.deepEqual(written.map(body), ['bar\n', `${ESC}[1A\r${ESC}[Ja line\n`, 'bar\n'])
  })

  it('are erased whole when the terminal became narrower', () => {
    const { written, terminal, live, pass } = rig(40)
    live.show(['x'.repeat(39), `${ESC}[32m${'y'.repeat(10)}${ESC}[0m`])
    terminal.columns = 10
    pass(100)
    live.show(['z'])
    assert.equal(body(written.at(-1)), `${ESC}[5A\r${ESC}[Jz\n`)
  })
})
