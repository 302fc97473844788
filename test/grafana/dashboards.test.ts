import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { dashboardFiles, plans } from '../../grafana/dashboards.ts'
import { notShown } from '../../grafana/not-shown.ts'
import { allMetrics } from '../../src/control/metrics/exposition.ts'

const queries = Object.values(plans).flatMap(({ title, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap((panel) => panel.queries.map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
  ),
)
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

test('what stands in grafana/dashboards is what the plans make, and every panel asks the chosen Prometheus', () => {
  for (const { name, text } of dashboardFiles()) {
    assert.equal(readFileSync(new URL(`../../grafana/dashboards/${name}`, import.meta.url), 'utf8'), text, name)
    const { panels } = JSON.parse(text) as { panels: { type: string; id: number; datasource?: { uid: string } }[] }
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    for (const { type, datasource } of panels) if (type !== 'row') assert.equal(datasource?.uid, '${datasource}')
  }
})
