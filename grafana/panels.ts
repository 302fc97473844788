/** The few kinds of panels that the dashboards are made of, each with one way to look. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'

/** Chosen at the top of the dashboard. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }
const WIDTH = 24

export interface Query {
  readonly expr: string
  /** `{{label}}` stands for the label's value. */
  readonly legend?: string
}

export interface PanelPlan {
  readonly kind: 'lines' | 'stacked' | 'number' | 'states' | 'rows'
  readonly title: string
  /** What it shows and what to make of it. */
  readonly about: string
  /** Of Grafana: `bytes`, `Bps`, `s`, `percentunit`, `short`. */
  readonly unit: string
  readonly queries: readonly Query[]
  /** Of 24 columns. */
  readonly width?: number
}

export interface DashboardPlan {
  readonly uid: string
  readonly title: string
  readonly about: string
  /** Labels to choose from at the top, each within those before it. */
  readonly variables: readonly ('member' | 'swarm')[]
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelPlan[] }[]
}

const variables = {
  member: { label: 'Member', query: 'label_values(swarmd_build_info, instance)' },
  swarm: { label: 'Swarm', query: 'label_values(swarmd_swarm_info{instance=~"$member"}, swarm)' },
}

export function buildDashboard(plan: DashboardPlan): DashboardBuilder {
  const builder = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.about)
    .tags(['swarmd'])
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
  for (const name of plan.variables) {
    const { label, query } = variables[name]
    builder.withVariable(
      new QueryVariableBuilder(name)
        .label(label)
        .query(query)
        .datasource(DATASOURCE)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .current({ text: 'All', value: '$__all', selected: true }),
    )
  }
  let id = 0
  for (const row of plan.rows) {
    builder.withRow(new RowBuilder(row.title).id(++id))
    for (const panel of row.panels) builder.withPanel(buildPanel(panel, ++id))
  }
  return builder
}

function buildPanel(plan: PanelPlan, id: number): Builder<Panel> {
  const { title, about, unit, width = WIDTH / 3 } = plan
  const queries = plan.queries.map((query, at) => target(query, at, plan.kind))
  switch (plan.kind) {
    case 'lines':
    case 'stacked': {
      const panel = new timeseries.PanelBuilder()
        .lineWidth(1)
        .fillOpacity(plan.kind === 'stacked' ? 40 : 8)
        .showPoints(common.VisibilityMode.Never)
        .legend(
          new common.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(common.LegendDisplayMode.List)
            .placement(common.LegendPlacement.Bottom)
            .calcs([]),
        )
        .tooltip(
          new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
        )
        .min(0)
      if (plan.kind === 'stacked') {
        panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
      }
      return dressed(panel)
    }
    case 'number':
      return dressed(
        new stat.PanelBuilder()
          .graphMode(common.BigValueGraphMode.Area)
          .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])),
      )
    case 'states':
      return dressed(
        new statetimeline.PanelBuilder()
          .mergeValues(true)
          .showValue(common.VisibilityMode.Auto)
          .rowHeight(0.8)
          .fillOpacity(70),
      )
    case 'rows':
      return dressed(new table.PanelBuilder().cellHeight(common.TableCellHeight.Sm))
  }

  function dressed<
    Kind extends timeseries.PanelBuilder | stat.PanelBuilder | statetimeline.PanelBuilder | table.PanelBuilder,
  >(panel: Kind): Kind {
    panel
      .id(id)
      .title(title)
      .description(about)
      .unit(unit)
      .datasource(DATASOURCE)
      .span(width)
      .height(plan.kind === 'number' ? 4 : 8)
    for (const query of queries) panel.withTarget(query)
    return panel
  }
}

function target({ expr, legend }: Query, at: number, kind: PanelPlan['kind']): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + at))
    .expr(expr)
    .datasource(DATASOURCE)
  if (legend !== undefined) query.legendFormat(legend)
  return kind === 'rows' ? query.instant().format('table' as never) : query.range()
}
