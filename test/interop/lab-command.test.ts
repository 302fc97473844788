import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { labRequirements } from '../support/lab-requirements.ts'

const MAIN = join(import.meta.dirname, '..', 'lab', 'main.ts')

const play = (...flags: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...flags], { timeout: 240_000 })
    let [out, err] = ['', '']
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })

describe('npm run lab', { skip: labRequirements('lab'), timeout: 300_000 }, () => {
  it('plays a swarm that is parted, healed, and loses a peer, and the others complete', async () => {
    const mishaps = ['--partition', '2|2@10%..40%', '--kill', '4@90%']
    const { code, out, err } = await play('--peers', '4', '--rate', '60mbit', '--size', '24MiB', ...mishaps)
    assert.equal(code, 0, out + err)
    assert.match(out, /\nparted: 1 2 \| 3 4\n/)
    assert.match(out, /\nhealed/)
    assert.match(out, /\n[23] peers fetched 25\.2 MB; the last had all after \d/)
    assert.match(out, /This was \d+\.\d\d times that/)
  })

  it('says what is wrong with a flag', async () => {
    const { code, err } = await play('--peers', 'many')
    assert.equal(code, 2)
    assert.match(err, /^lab: --peers: give a number from 2 to 60\n$/)
  })
})
