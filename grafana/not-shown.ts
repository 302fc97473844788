/** Metrics that no panel shows, and why. */
export const notShown: Readonly<Record<string, string>> = {
  swarmd_peer_others: 'a number for the limit of series, of no use to look at',
}
