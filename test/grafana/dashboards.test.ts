import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { dashboardFiles, plans, queries } from '../../grafana/dashboards.ts'
import { notShown } from '../../grafana/not-shown.ts'
import { allMetrics } from '../../src/control/metrics/exposition.ts'

const metricNames = (text: string): string[] => text.match(/swarmd_[a-z_]+/g) ?? []
/** Without what Prometheus adds to the name of a histogram. */
const known = new Set(
  allMetrics.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)

test('each metric that a panel or an alert asks for is one that there is', () => {
  for (const { where, expr } of queries) {
    for (const name of metricNames(expr)) assert.ok(known.has(name), `${where} asks for ${name}`)
  }
  const alerts = readFileSync(new URL('../../grafana/alerts.yml', import.meta.url), 'utf8')
  for (const name of metricNames(alerts)) assert.ok(known.has(name), `an alert asks for ${name}`)
})

test('each metric is on a panel, or on the list that says why not, and not on both', () => {
  const shown = new Set(queries.flatMap(({ expr }) => metricNames(expr)))
  const isShown = (name: string): boolean => [name, `${name}_bucket`, `${name}_count`].some((each) => shown.has(each))
  const missing = allMetrics.map(({ name }) => name).filter((name) => !isShown(name))
  assert.deepEqual(missing.sort(), Object.keys(notShown).sort())
})

test('labels that a query names are labels of its metric', () => {
  const labels = new Map(allMetrics.map(({ name, labels }) => [name, new Set(labels)]))
  const added = new Set(['instance', 'job', 'le'])
  for (const { where, expr } of queries) {
    for (const [, name = '', inside = ''] of expr.matchAll(/(swarmd_[a-z_]+?)(?:_bucket|_count)?\{([^}]*)\}/g)) {
      for (const [, label = ''] of inside.matchAll(/([a-z_]+)=~?"/g)) {
        assert.ok(added.has(label) || labels.get(name)?.has(label), `${where}: ${name} has no ${label}`)
      }
    }
  }
})

interface DashboardPanel {
  readonly type: string
  readonly title: string
  readonly id: number
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: { readonly uid: string }
}

test('no panel lies on another or leaves a gap beside it, and each says what to make of it', () => {
  for (const { text } of dashboardFiles()) {
    const { panels } = JSON.parse(text) as { panels: DashboardPanel[] }
    const taken = new Map<string, string>()
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.equal(taken.get(`${x} ${y}`), undefined, `${title} lies on another`)
          taken.set(`${x} ${y}`, title)
        }
      assert.ok(gridPos.x + gridPos.w <= 24, title)
    }
    const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h))
    assert.equal(taken.size, 24 * bottom, 'a row is not filled')
  }
  for (const { rows } of Object.values(plans))
    for (const { panels } of rows) for (const { about } of panels) assert.match(about, /\.$/)
})

test('what stands in grafana/dashboards is what the plans make, and every panel asks the chosen Prometheus', () => {
  for (const { name, text } of dashboardFiles()) {
    assert.equal(readFileSync(new URL(`../../grafana/dashboards/${name}`, import.meta.url), 'utf8'), text, name)
    const { panels } = JSON.parse(text) as { panels: DashboardPanel[] }
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    for (const { type, datasource } of panels) if (type !== 'row') assert.equal(datasource?.uid, '${datasource}')
  }
})
