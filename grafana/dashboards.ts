/** All dashboards, as the JSON that Grafana takes. */
import { labDashboard } from './lab-dashboard.ts'
import { buildDashboard } from './panels.ts'
import { peerDashboard } from './peer-dashboard.ts'
import { swarmDashboard } from './swarm-dashboard.ts'

export const plans = { peer: peerDashboard, swarm: swarmDashboard, lab: labDashboard }

/** All that the panels ask, and where. */
export const queries: readonly { readonly where: string; readonly expr: string }[] = Object.values(plans).flatMap(
  ({ title, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) =>
        Object.values(panel.series).map((expr) => ({ where: `${title}: ${panel.title}`, expr })),
      ),
    ),
)

/** Name of the file in `dashboards/`, and its text. */
export function dashboardFiles(): { readonly name: string; readonly text: string }[] {
  return Object.entries(plans).map(([name, plan]) => ({
    name: `${name}.json`,
    text: `${JSON.stringify(buildDashboard(plan).build(), null, 2)}\n`,
  }))
}
