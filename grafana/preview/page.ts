/**
 * A dashboard as a page without scripts, drawn from its JSON and what its queries gave: to be looked at where there is no
 * Grafana. It has the kinds of panels that the dashboards are made of, and nothing more.
 */
import { escaped, lineChart, sparkline, stateLanes, type Box, type TimeSpan } from './chart.ts'
import type { DashboardJson, PanelJson, SeriesData } from './panel-json.ts'
import { colorNamed, colorOf, formatValue } from './values.ts'

/** Pixels: of the page, of one row of the grid, between panels. */
const WIDTH = 1000
const ROW = 20
const GAP = 6
const HEAD = 24
const LEGEND = 18
const MOST_NAMES = 12

const STYLE = `
body { margin: 0; width: ${WIDTH}px; background: #111217; color: #ccccdc; font: 12px sans-serif; position: relative }
section { position: absolute; box-sizing: border-box; overflow: hidden; background: #181b1f; border: 1px solid #2c3235; border-radius: 2px; padding: 0 8px }
section.row { background: none; border: none; font-weight: bold; line-height: ${ROW}px }
h2 { font-size: 12px; font-weight: 500; margin: 0; line-height: ${HEAD}px; white-space: nowrap }
svg { display: block } svg text { fill: #8e8e9f; font-size: 10px } svg text.word { fill: #fff } .grid { stroke: #25282d }
.names { line-height: ${LEGEND}px; height: ${LEGEND}px; white-space: nowrap; font-size: 10px; overflow: hidden }
.names i { display: inline-block; width: 10px; height: 3px; margin: 0 4px 3px 0 } .names span { margin-right: 10px }
.number { font-size: 24px; text-align: center; line-height: 34px } .spark { position: absolute; left: 0; bottom: 0 }
table { border-collapse: collapse; width: 100%; font-size: 11px } td, th { text-align: left; padding: 3px 8px 3px 0; border-bottom: 1px solid #25282d; white-space: nowrap }
th { color: #6e9fff; font-weight: 500 } td.value, th.value { text-align: right }
.bar { display: grid; grid-template-columns: 120px 1fr 50px; gap: 8px; align-items: center; font-size: 11px } .bar div { background: #25282d } .bar b { display: block; height: 100% }
.empty { color: #8e8e9f; text-align: center; line-height: 80px }`

/** @param data what each panel's queries gave, by the panel's id */
export function dashboardPage(
  dashboard: DashboardJson,
  data: ReadonlyMap<number, readonly SeriesData[]>,
  span: TimeSpan,
): string {
  const height = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h)) * (ROW + GAP)
  const sections = dashboard.panels.map((panel) => section(panel, data.get(panel.id) ?? [], span))
  return `<!doctype html><meta charset="utf-8"><title>${escaped(dashboard.title)}</title><style>${STYLE} body { height: ${height}px }</style>${sections.join('')}`
}

function section(panel: PanelJson, all: readonly SeriesData[], span: TimeSpan): string {
  const { x, y, w, h } = panel.gridPos
  const column = (WIDTH + GAP) / 24
  const box = { width: Math.round(w * column - GAP), height: h * (ROW + GAP) - GAP }
  const place = `left:${Math.round(x * column)}px;top:${y * (ROW + GAP)}px;width:${box.width}px;height:${box.height}px`
  if (panel.type === 'row') return `<section class="row" style="${place}">⌄ ${escaped(panel.title)}</section>`
  const inside = { width: box.width - 18, height: box.height - HEAD - 6 }
  const content = all.length === 0 ? '<div class="empty">No data</div>' : drawn(panel, all, span, inside)
  return `<section style="${place}"><h2>${escaped(panel.title)}</h2>${content}</section>`
}

function drawn(panel: PanelJson, all: readonly SeriesData[], span: TimeSpan, box: Box): string {
  const small = { ...box, height: box.height - LEGEND }
  switch (panel.type) {
    case 'timeseries':
      return lineChart(panel, all, span, small) + names(all)
    case 'state-timeline':
      return stateLanes(panel, all, span, small) + words(panel)
    case 'stat':
      return bigNumber(panel, all, box)
    case 'bargauge':
      return barGauge(panel, all, box)
    case 'table':
      return tableOf(panel, all)
    case 'row':
      return ''
  }
}

function names(all: readonly SeriesData[]): string {
  const shown = all.slice(0, MOST_NAMES).map(({ name }, at) => named(name, colorOf(at)))
  const more = all.length > MOST_NAMES ? `<span>and ${all.length - MOST_NAMES} more</span>` : ''
  return `<div class="names">${shown.join('')}${more}</div>`
}

function words(panel: PanelJson): string {
  const states = Object.values(panel.fieldConfig?.defaults.mappings?.[0]?.options ?? {})
  return `<div class="names">${states.map(({ text, color }) => named(text, colorNamed(color))).join('')}</div>`
}

const named = (name: string, color: string): string =>
  `<span><i style="background:${color}"></i>${escaped(name)}</span>`

function bigNumber(panel: PanelJson, all: readonly SeriesData[], box: Box): string {
  const { unit = 'short', thresholds } = panel.fieldConfig?.defaults ?? {}
  const points = all[0]?.points.filter(([, value]) => Number.isFinite(value)) ?? []
  const value = points.at(-1)?.[1] ?? Number.NaN
  const color = colorNamed(thresholds?.steps.findLast((step) => value >= (step.value ?? -Infinity))?.color ?? 'text')
  const spark = sparkline(points, color, { width: box.width + 18, height: box.height - 40 })
  return `<div class="number" style="color:${color}">${formatValue(value, unit)}</div><div class="spark">${spark}</div>`
}

function barGauge(panel: PanelJson, all: readonly SeriesData[], box: Box): string {
  const { unit = 'short', max = 1 } = panel.fieldConfig?.defaults ?? {}
  const height = Math.min(28, Math.floor(box.height / all.length) - 4)
  return all
    .map(({ name, points }) => {
      const value = points.at(-1)?.[1] ?? 0
      const bar = `<b style="width:${(100 * value) / max}%;background:${colorNamed('blue')}"></b>`
      return `<div class="bar" style="height:${height}px;margin-bottom:4px"><span>${escaped(name)}</span><div style="height:100%">${bar}</div><span>${formatValue(value, unit)}</span></div>`
    })
    .join('')
}

function tableOf(panel: PanelJson, all: readonly SeriesData[]): string {
  const { unit = 'short' } = panel.fieldConfig?.defaults ?? {}
  const organize = panel.transformations?.find(({ id }) => id === 'organize')?.options
  if (!organize) throw new RangeError(`${panel.title}: a table that is not organized shows the time first`)
  const { excludeByName, indexByName, renameByName } = organize
  const names = [...Object.keys(all[0]?.labels ?? {}), 'Value']
    .filter((name) => excludeByName[name] !== true)
    .sort((a, b) => (indexByName[a] ?? 99) - (indexByName[b] ?? 99))
  const cell = (tag: string, name: string, text: string): string =>
    `<${tag}${name === 'Value' ? ' class="value"' : ''}>${escaped(text)}</${tag}>`
  const head = names.map((name) => cell('th', name, renameByName[name] ?? name)).join('')
  const rows = all.map(({ labels, points }) => {
    const text = (name: string): string =>
      name === 'Value' ? formatValue(points.at(-1)?.[1] ?? Number.NaN, unit) : (labels[name] ?? '')
    return `<tr>${names.map((name) => cell('td', name, text(name))).join('')}</tr>`
  })
  return `<table><tr>${head}</tr>${rows.join('')}</table>`
}
