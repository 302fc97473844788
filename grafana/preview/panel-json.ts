/** Of a dashboard's JSON what the preview draws. */
export interface DashboardJson {
  readonly title: string
  readonly panels: readonly PanelJson[]
}

export interface PanelJson {
  readonly type: 'row' | 'timeseries' | 'stat' | 'bargauge' | 'state-timeline' | 'table'
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly {
    readonly expr: string
    readonly legendFormat?: string
    readonly instant?: boolean
    readonly format?: string
  }[]
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string
      readonly max?: number
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] }
      readonly mappings?: readonly { readonly options: Readonly<Record<string, StateJson>> }[]
      readonly custom?: { readonly stacking?: { readonly mode: string }; readonly fillOpacity?: number }
    }
  }
  readonly transformations?: readonly { readonly id: string; readonly options: OrganizeJson }[]
}

export interface StateJson {
  readonly text: string
  readonly color: string
}

export interface OrganizeJson {
  readonly excludeByName: Readonly<Record<string, boolean>>
  readonly indexByName: Readonly<Record<string, number>>
  readonly renameByName: Readonly<Record<string, string>>
}

/** What one query gave, by name: points as [seconds, value], in order. An instant query gives one point each. */
export interface SeriesData {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly points: readonly (readonly [number, number])[]
}
