/** Makes of a plan what Grafana takes: the few kinds of panels, each with one way to look. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import type { DashboardPlan, PanelPlan } from './plan.ts'

/** Chosen at the top of the dashboard. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }
const LOW_HEIGHT = 4
const HEIGHT = 8

/** `instance` is where Prometheus finds the API of a member, so it is the address of its page too. */
const OWN_PAGE = 'The page of this machine'

const variables = {
  member: { label: 'Member', query: 'label_values(swarmd_build_info, instance)', regex: '' },
  swarm: {
    label: 'Swarm',
    query: 'query_result(max by (name, swarm) (swarmd_swarm_info{instance=~"$member"}))',
    // Shown by name, asked by info hash.
    regex: '/name="(?<text>[^"]+)".*swarm="(?<value>[^"]+)"/',
  },
  peer: {
    label: 'Peer',
    query: 'label_values(swarmd_peer_unchoked{instance=~"$member",swarm=~"$swarm"}, peer)',
    regex: '',
  },
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
    .link(
      new DashboardLinkBuilder('swarmd')
        .type(DashboardLinkType.Dashboards)
        .tags(['swarmd'])
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
  for (const [name, choice] of Object.entries(plan.variables)) {
    builder.withVariable(variable(name as keyof typeof variables, choice, plan))
  }
  let id = 0
  for (const row of plan.rows) {
    builder.withRow(new RowBuilder(row.title).id(++id))
    for (const panel of row.panels) builder.withPanel(buildPanel(panel, ++id))
  }
  return builder
}

function variable(name: keyof typeof variables, choice: 'one' | 'any', plan: DashboardPlan): QueryVariableBuilder {
  const { label, query, regex } = variables[name]
  const asked = plan.variables.member ? query : query.replace('{instance=~"$member"}', '')
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .query(asked)
    .regex(regex)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
  if (choice === 'one') return builder
  return builder.multi(true).includeAll(true).allValue('.+').current({ text: 'All', value: '$__all', selected: true })
}

function buildPanel(plan: PanelPlan, id: number): Builder<Panel> {
  const panel = ofItsKind(plan)
    .id(id)
    .title(plan.title)
    .description(plan.about)
    .unit(plan.unit)
    .datasource(DATASOURCE)
    .span(plan.width)
    .height(plan.kind === 'number' || plan.isLow === true ? LOW_HEIGHT : HEIGHT)
  for (const [at, [legend, expr]] of Object.entries(plan.series).entries()) {
    panel.withTarget(target(expr, legend, at, plan.kind))
    if (legend.includes('{{instance}}')) {
      panel.dataLinks([new DashboardLinkBuilder(OWN_PAGE).url('http://${__field.labels.instance}/').targetBlank(true)])
    }
  }
  return panel
}

function ofItsKind(plan: PanelPlan) {
  switch (plan.kind) {
    case 'lines':
    case 'stacked':
      return linesPanel(plan.kind === 'stacked')
    case 'bars':
      return new bargauge.PanelBuilder()
        .displayMode(common.BarGaugeDisplayMode.Basic)
        .orientation(common.VizOrientation.Horizontal)
        .reduceOptions(lastOfEach())
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
        .thresholds(thresholds('blue', null))
        .min(0)
        .max(1)
    case 'number':
      return new stat.PanelBuilder()
        .graphMode(common.BigValueGraphMode.Area)
        .reduceOptions(lastOfEach())
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
        .thresholds(thresholds('text', plan.redFrom))
    case 'states':
      return new statetimeline.PanelBuilder()
        .mergeValues(true)
        .showValue(common.VisibilityMode.Auto)
        .rowHeight(0.8)
        .fillOpacity(70)
        .legend(legend())
        .mappings([
          {
            type: MappingType.ValueToText,
            options: Object.fromEntries(
              plan.words.map(({ value, word, color }, index) => [`${value}`, { text: word, color, index }]),
            ),
          },
        ])
    case 'table':
      return tablePanel(plan)
  }
}

function linesPanel(isStacked: boolean): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(isStacked ? 40 : 0)
    .showPoints(common.VisibilityMode.Never)
    .legend(legend())
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    )
    .min(0)
  return isStacked
    ? panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
    : panel
}

/** Columns in the order of the plan; the time of the sample says nothing. */
function tablePanel({ columns, value }: Extract<PanelPlan, { kind: 'table' }>): table.PanelBuilder {
  const shown = Object.keys(columns)
  const panel = new table.PanelBuilder().cellHeight(common.TableCellHeight.Sm).withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true, Value: value === null },
      indexByName: Object.fromEntries([...shown, 'Value'].map((name, at) => [name, at])),
      renameByName: { ...columns, ...(value === null ? {} : { Value: value }) },
    },
  })
  const machine = columns['instance']
  if (machine === undefined) return panel
  const links = [{ title: OWN_PAGE, url: 'http://${__value.text}/', targetBlank: true }]
  return panel.overrideByName(machine, [{ id: 'links', value: links }])
}

const legend = (): common.VizLegendOptionsBuilder =>
  new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .calcs([])

const lastOfEach = (): common.ReduceDataOptionsBuilder => new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])

const thresholds = (color: string, redFrom: number | null): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color }, ...(redFrom === null ? [] : [{ value: redFrom, color: 'red' }])])

function target(expr: string, legend: string, at: number, kind: PanelPlan['kind']): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + at))
    .expr(expr)
    .datasource(DATASOURCE)
  if (legend !== '') query.legendFormat(legend)
  if (kind === 'table') return query.instant().format(PromQueryFormat.Table)
  return kind === 'bars' ? query.instant() : query.range()
}
