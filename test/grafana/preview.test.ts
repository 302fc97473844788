import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dashboardFiles } from '../../grafana/dashboards.ts'
import { dashboardPage } from '../../grafana/preview/page.ts'
import type { DashboardJson, PanelJson, SeriesData } from '../../grafana/preview/panel-json.ts'
import { formatValue } from '../../grafana/preview/values.ts'

const SPAN = { from: 1000, to: 1060 }

/** Two series for each panel, one with a gap and with points that are no numbers, as quantiles have. */
function madeUp({ type, fieldConfig }: PanelJson): SeriesData[] {
  const words = Object.keys(fieldConfig?.defaults.mappings?.[0]?.options ?? {})
  const valueAt = (time: number): number =>
    type === 'state-timeline' ? Number(words[Math.floor(time / 20) % words.length]) : (time % 10) / 10
  return ['10.0.0.1:5080', '<b>'].map((name, number) => ({
    name,
    labels: { instance: name, peer: name },
    points: Array.from({ length: 60 }, (_, at) => SPAN.from + at)
      .filter((time) => number === 0 || time < 1020 || time > 1040)
      .map(
        (time) => [time, number === 1 && type === 'timeseries' && time < 1010 ? Number.NaN : valueAt(time)] as const,
      ),
  }))
}

test('each panel of each dashboard is drawn, with nothing that is no number, and names are shown as text', () => {
  for (const { text } of dashboardFiles()) {
    const dashboard = JSON.parse(text) as DashboardJson
    const data = new Map(dashboard.panels.map((panel) => [panel.id, panel.type === 'row' ? [] : madeUp(panel)]))
    const page = dashboardPage(dashboard, data, SPAN)
    assert.equal(page.match(/<section/g)?.length, dashboard.panels.length)
    assert.doesNotMatch(page, /NaN|undefined|Infinity|No data|<b>/)
  }
})

test('a panel without data says so', () => {
  for (const { text } of dashboardFiles()) {
    const dashboard = JSON.parse(text) as DashboardJson
    const panels = dashboard.panels.filter(({ type }) => type !== 'row').length
    assert.equal(dashboardPage(dashboard, new Map(), SPAN).match(/No data/g)?.length, panels)
  }
})

test('numbers are written as Grafana writes them', () => {
  const written = [
    [0.256, 'percentunit'],
    [1536, 'bytes'],
    [2.5e6, 'Bps'],
    [0.0025, 's'],
    [90, 's'],
    [12_300, 'short'],
  ].map(([value, unit]) => formatValue(Number(value), String(unit)))
  assert.deepEqual(written, ['25.6%', '1.5 KiB', '2.5 MB/s', '2.5 ms', '1.5 mins', '12.3 K'])
  assert.throws(() => formatValue(1, 'furlongs'), RangeError)
})
