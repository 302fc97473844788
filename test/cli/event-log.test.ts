import assert from 'node:assert/strict'
import { fstatSync } from 'node:fs'
import { test } from 'node:test'
import { EventLog, type EventLogOptions } from '../../src/cli/event-log.ts'
import { journalMark } from '../../src/cli/log-level.ts'

function logged(format: EventLogOptions['format'] = 'json') {
  const lines: string[] = []
  const clock = { now: 0 }
  const room = { is: true }
  const eventLog = new EventLog({
    write: (line) => room.is && lines.push(line) > 0,
    format,
    now: () => new Date(0),
    monotonic: () => clock.now,
  })
  const events = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  return { log: eventLog.write, eventLog, lines, clock, room, events }
}

test('the log has one JSON object a line, whatever is in its fields', () => {
  const { log, lines, events } = logged()
  log('odd', { big: 5n, text: 'two\nlines', error: new Error('why') })
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /^[^\n]*\n$/)
  const { time, event, big, text, error } = events()[0] ?? {}
  assert.deepEqual([time, event, big, text], ['1970-01-01T00:00:00.000Z', 'odd', 5, 'two\nlines'])
  assert.match(String(error), /^Error: why\n/)
})

test('each event has a level, which the journal is told too', () => {
  const told: string[] = []
  const log = new EventLog({ format: 'json', write: (line, level) => told.push(`${level} ${line}`) > 0 })
  for (const event of ['swarm.added', 'config.refused', 'swarm.error']) log.write(event, {})
  assert.deepEqual(
    told.map((line) => /^(\w+) {"level":"(\w+)","time":"[^"]+","event":"([a-z.]+)"/.exec(line)?.slice(1)),
    [
      ['info', 'info', 'swarm.added'],
      ['warn', 'warn', 'config.refused'],
      ['error', 'error', 'swarm.error'],
    ],
  )
  assert.equal(journalMark({})('error'), '')
  assert.equal(journalMark({ JOURNAL_STREAM: '1:1' })('error'), '')
  const { dev, ino } = fstatSync(2)
  assert.equal(journalMark({ JOURNAL_STREAM: `${dev}:${ino}` })('error'), '<3>')
})

test('at a terminal an event is one line of words, and no field can begin another', () => {
  const { log, lines } = logged('lines')
  log('peer.closed', { socket: 5001, peer: '10.0.0.251:5000', reason: 'a "b"\nc' })
  assert.match(
    lines[0] ?? '',
    /^\d\d:\d\d:\d\d peer\.closed socket=5001 peer=10\.0\.0\.251:5000 reason="a \\"b\\"\\nc"\n$/,
  )
})

test('passkeys, tokens and passwords are masked, wherever they stand; what is no secret is not', () => {
  const { log, lines, events } = logged()
  const key = '0123456789abcdef0123456789abcdef'
  log('a', { url: `http://t.example/${key}/announce?info=1`, infoHash: '0123456789abcdef0123456789abcdef01234567' })
  log('b', { reason: `GET http://t.example/announce?passkey=${key}&left=1 failed` })
  log('c', { apiToken: key, nested: [{ header: `Bearer ${key}` }], error: new Error(`no swarmd_${key}AAAA`) })
  log('d', { url: `http://user:${key}@t.example:80/announce` })
  log('e', { tokenFile: '/var/lib/swarmd/.swarmd/first-token' })
  assert.deepEqual(
    lines.filter((line) => line.includes(`${key}/`) || line.replace(`${key}01234567`, '').includes(key)),
    [],
  )
  log('f', { url: `https://t.example:443/announce/${key}`, reason: `no answer of udp://t.example:1/${key}?x=${key}` })
  log('g', { error: 'at file:///srv/a-very-long-folder-name/src/control/control.ts:1:2' })
  const [a, b, , d, e, f, g] = events()
  assert.equal(a?.['infoHash'], '0123456789abcdef0123456789abcdef01234567')
  assert.equal(a?.['url'], 'http://t.example/***/announce?info=1')
  assert.equal(b?.['reason'], 'GET http://t.example/announce?passkey=***&left=1 failed')
  assert.equal(d?.['url'], 'http://***@t.example:80/announce')
  assert.deepEqual(
    [f?.['url'], f?.['reason']],
    ['https://t.example:443/announce/***', 'no answer of udp://t.example:1/***?x=***'],
  )
  assert.match(String(g?.['error']), /a-very-long-folder-name/)
  assert.equal(e?.['tokenFile'], '/var/lib/swarmd/.swarmd/first-token')
})

test('the same for the same reason is written ten times in ten seconds, then counted', () => {
  const { log, clock, events } = logged()
  for (let time = 0; time < 100; time++) log('peer.closed', { reason: 'banned' })
  log('peer.closed', { reason: 'idle-timeout' })
  assert.equal(events().length, 11)
  clock.now = 10_000
  log('peer.closed', { reason: 'banned' })
  const [told, again] = events().slice(11)
  assert.deepEqual(
    [told?.['event'], told?.['of'], told?.['reason'], told?.['count']],
    ['log.suppressed', 'peer.closed', 'banned', 90],
  )
  assert.equal(again?.['event'], 'peer.closed')
})

test('a level leaves out what weighs less, from the moment it is set', () => {
  const { eventLog, events } = logged()
  const tell = () => ['swarm.added', 'config.refused', 'swarm.error'].forEach((event) => eventLog.write(event, {}))
  assert.equal(eventLog.level, 'info')
  eventLog.level = 'warn'
  tell()
  eventLog.level = 'error'
  tell()
  assert.deepEqual(
    events().map(({ event }) => event),
    ['config.refused', 'swarm.error', 'swarm.error'],
  )
})

test('lines that there was no room for are counted, and told of when there is', () => {
  const { log, room, events } = logged()
  room.is = false
  for (const name of ['a', 'b']) log('swarm.added', { name })
  room.is = true
  for (const name of ['c', 'd']) log('swarm.added', { name })
  assert.deepEqual(
    events().map(({ event, name, count }) => [event, name ?? count]),
    [
      ['swarm.added', 'c'],
      ['log.lost', 2],
      ['swarm.added', 'd'],
    ],
  )
})

test('what the service says of itself is never left out', () => {
  const { log, lines } = logged()
  for (let time = 0; time < 100; time++) log('service.started', {})
  assert.equal(lines.length, 100)
})

test('others can not make it longer by giving ever new reasons', () => {
  const { log, lines, clock, events } = logged()
  for (let time = 0; time < 5_000; time++) log('peer.closed', { reason: `because ${time}` })
  assert.ok(lines.length <= 1_010, `${lines.length} lines`)
  clock.now = 10_000
  log('peer.closed', { reason: 'at last' })
  assert.deepEqual(
    events().flatMap((event) => (event['event'] === 'log.suppressed' ? [event['count']] : [])),
    [3_990],
  )
})

test('nothing in a line steers a terminal, ends the line or turns it round', () => {
  const reason = 'a\nb\u001b[2Jc\u007f\u0085\u009b2J\u2028\u2029\u202egnp.exe\u200b\ud800'
  for (const format of ['json', 'lines'] as const) {
    const { log, lines } = logged(format)
    log('peer.closed', { reason, nested: [{ reason }] })
    assert.doesNotMatch((lines[0] ?? '').slice(0, -1), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    if (format === 'json') assert.equal((JSON.parse(lines[0] ?? '') as { reason: string }).reason, reason)
  }
})

test('what was left out is told at each level: errors too are counted, and nothing else is heard of', () => {
  const { log, eventLog, clock, room, events } = logged()
  eventLog.level = 'error'
  for (let nth = 0; nth < 15; nth++) {
    log('bug', { error: 'one' })
    log('member.unresolved', { host: 'lab-7' })
  }
  clock.now = 11_000
  log('swarm.error', { reason: 'another' })
  assert.deepEqual(
    events()
      .slice(10)
      .map(({ level, event, of, count }) => [level, event, of, count]),
    [
      ['error', 'log.suppressed', 'bug', 5],
      ['error', 'swarm.error', undefined, undefined],
    ],
  )
  room.is = false
  log('swarm.error', { reason: 'lost' })
  room.is = true
  log('swarm.error', { reason: 'told' })
  assert.deepEqual(
    events()
      .slice(12)
      .map(({ level, event, count }) => [level, event, count]),
    [
      ['error', 'swarm.error', undefined],
      ['error', 'log.lost', 1],
    ],
  )
})

test('a passkey is masked also where it is padded, or has a slash in it', () => {
  const { log, lines } = logged()
  const parts = ['QUJDREVGR0hJ', 'SktMTU5PUFFSU1RVVg']
  log('a', { url: `https://t.example/announce?pk=${parts.join('')}==&left=1`, other: 'https://t.example/a?pk=short=' })
  log('b', { reason: `GET https://t.example/announce?pk=${parts.join('/')}== failed` })
  log('c', { url: `https://t.example/pk=${parts.join('')}/announce` })
  const text = lines.join('')
  assert.deepEqual(
    parts.filter((part) => text.includes(part)),
    [],
  )
  assert.match(text, /announce\?pk=\*\*\*&left=1/)
  assert.match(text, /pk=short=/)
  assert.match(text, /pk=\*\*\* failed/)
})
