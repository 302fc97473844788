import { Type } from 'typebox'
import { Problem, problemResponses, problemType } from '../problem.ts'
import { isProblemCode, type ProblemCode, problemTable } from '../problem-table.ts'
import { component } from '../schema.ts'
import type { Resource } from './resource.ts'

interface ProblemKind {
  readonly type: string
  readonly code: string
  readonly status: number
  readonly title: string
  readonly action: string
}

const ProblemKindSchema = component<ProblemKind>()(
  'ProblemKind',
  Type.Object(
    {
      type: Type.String({ description: 'The `type` of a Problem.', examples: ['/problems/swarm-not-found'] }),
      code: Type.String({ description: 'The `code` of a Problem.', examples: ['swarm-not-found'] }),
      status: Type.Integer({ description: 'The HTTP status that it comes with.', examples: [404] }),
      title: Type.String({ description: 'What it is.', examples: ['No such swarm'] }),
      action: Type.String({ description: 'What to do about it.', examples: [problemTable['swarm-not-found'].action] }),
    },
    { description: 'A kind of error.' },
  ),
)

const kind = (code: ProblemCode): ProblemKind => ({ type: problemType(code), code, ...problemTable[code] })

export const problems: Resource = (app, _options, done) => {
  app.addSchema(ProblemKindSchema.schema)
  app.get(
    '/problems',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'listProblems',
        summary: 'List the kinds of errors',
        tags: ['service'],
        response: {
          200: Type.Object({ items: Type.Array(ProblemKindSchema.ref()), nextCursor: Type.Null() }),
          ...problemResponses(),
        },
      },
    },
    () => ({ items: Object.keys(problemTable).filter(isProblemCode).map(kind), nextCursor: null }),
  )
  app.get(
    '/problems/:code',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getProblem',
        summary: 'What an error means',
        tags: ['service'],
        params: Type.Object({ code: Type.String({ description: 'The code.', examples: ['swarm-not-found'] }) }),
        response: { 200: ProblemKindSchema.ref(), ...problemResponses('route-not-found') },
      },
    },
    ({ params }) => {
      if (isProblemCode(params.code)) return kind(params.code)
      throw new Problem('route-not-found', 'there is no such kind of error; GET /problems lists them')
    },
  )
  done()
}
