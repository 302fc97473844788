/** compose.yaml can't be run where there is no Docker: that its parts fit each other is looked at here. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (name: string): string => readFileSync(new URL(`../../grafana/${name}`, import.meta.url), 'utf8')
const compose = read('compose.yaml')

test('what is mounted is there, and stands where Prometheus and Grafana look for it', () => {
  const mounts = Array.from(compose.matchAll(/(\.\/?[a-z]*):(\/[a-z/]+):ro\b/g), ([, from = '', to = '']) => ({
    from,
    to,
  }))
  assert.deepEqual(mounts, [
    { from: '.', to: '/etc/prometheus' },
    { from: './provisioning', to: '/etc/grafana/provisioning' },
    { from: './dashboards', to: '/var/lib/grafana/dashboards' },
  ])
  for (const { from } of mounts) assert.ok(existsSync(new URL(`../../grafana/${from}`, import.meta.url)), from)
  const [, config = ''] = /--config\.file=\/etc\/prometheus\/(\S+)/.exec(compose) ?? []
  assert.ok(existsSync(new URL(`../../grafana/${config}`, import.meta.url)), config)
  assert.match(read('provisioning/dashboards/swarmd.yaml'), /path: \/var\/lib\/grafana\/dashboards\b/)
})

test('Grafana asks Prometheus where that listens', () => {
  const [, listens] = /--web\.listen-address=(\S+)/.exec(compose) ?? []
  const [, asked] = /url: "http:\/\/([^"]+)"/.exec(read('provisioning/datasources/prometheus.yaml')) ?? []
  assert.ok(listens)
  assert.equal(asked, listens)
})
