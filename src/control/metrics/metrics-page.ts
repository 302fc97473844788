/** The page that lists all metrics. */
import { allMetrics } from './exposition.ts'

/** Markdown, the text of openapi/metrics.md. */
export function metricsPage(): string {
  const parts = allMetrics.map(({ name, type, labels, help }) => {
    const by = labels.length === 0 ? '' : ` by ${labels.map((label) => `\`${label}\``).join(', ')}`
    return `### \`${name}\`\n\n${type}${by}\n\n${help}\n`
  })
  return `# Metrics

\`GET /metrics\` of the API answers with these, in the text format of Prometheus. This page is written by \`npm run generate\`.

Sizes are bytes, times seconds, ratios 0 to 1; a counter ends in \`_total\`. \`swarm\` is an info hash (\`swarmd_swarm_info\` joins its name),
\`peer\` the remote end of a socket, as in the API.

${parts.join('\n')}`
}
