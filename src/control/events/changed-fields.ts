/** The fields in which two pictures of one thing differ. */
export function changedFields<View extends object>(before: View, after: View): (keyof View)[] {
  const fields = Object.keys(after) as (keyof View)[]
  return fields.filter((field) => {
    const [one, other] = [before[field], after[field]]
    if (typeof one !== 'object' || typeof other !== 'object') return one !== other
    return JSON.stringify(one) !== JSON.stringify(other)
  })
}

export function pick<View extends object, Field extends keyof View>(
  view: View,
  fields: readonly Field[],
): Pick<View, Field> {
  return Object.fromEntries(fields.map((field) => [field, view[field]])) as Pick<View, Field>
}
