import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CREDIT, Debt, DebtBook, WORTH, type Debtor } from '../../../src/swarm/choker/debt.ts'
import { UplinkUse } from '../../../src/swarm/choker/uplink-use.ts'

const inDebt = (bytes: number): Debt => {
  const debt = new Debt()
  debt.took(bytes)
  return debt
}

describe('a debt', () => {
  it('is what a peer took beyond twenty times what it gave, and its credit is 16 MiB', () => {
    assert.equal(CREDIT, 16 * 1024 * 1024)
    const debt = inDebt(CREDIT)
    assert.equal(debt.exceedsCredit, false)
    debt.took(1)
    assert.equal(debt.exceedsCredit, true)
    debt.gave(1)
    assert.equal(debt.exceedsCredit, false)
    for (let pieces = 0; pieces < 1000; pieces++) {
      debt.took(1_000_000)
      debt.gave(1_000_000 / WORTH)
    }
    assert.equal(debt.exceedsCredit, false)
  })

  it('is no less for what was given before', () => {
    const debt = new Debt()
    debt.gave(1e12)
    assert.equal(debt.isNone, true)
    debt.took(CREDIT + 1)
    assert.equal(debt.exceedsCredit, true)
  })

  it('is paid for with 1.6 MiB at most, however much was taken', () => {
    const debt = inDebt(1e12)
    debt.gave((1.5 * CREDIT) / WORTH)
    assert.equal(debt.isNone, false)
    debt.gave((0.5 * CREDIT) / WORTH)
    assert.equal(debt.isNone, true)
  })
})

describe('the debts of machines that left', () => {
  const debtor = (banKey: string, debt = new Debt(), askedInVain = false): Debtor => ({
    banKey,
    debt,
    askedInVain,
    use: new UplinkUse(),
  })

  it('are theirs again when they come back, once', () => {
    const book = new DebtBook()
    book.left(debtor('10.0.0.1', inDebt(CREDIT + 1), true), 0)
    const other = debtor('10.0.0.2')
    book.joined(other)
    assert.deepEqual([other.debt.isNone, other.askedInVain], [true, false])
    const [first, second] = [debtor('10.0.0.1'), debtor('10.0.0.1')]
    book.joined(first)
    book.joined(second)
    assert.deepEqual([first.debt.exceedsCredit, first.askedInVain], [true, true])
    assert.deepEqual([second.debt.isNone, second.askedInVain], [true, false])
  })

  it('come with what the machine has had of a seeder', () => {
    const book = new DebtBook()
    const taker = debtor('10.0.0.1')
    taker.use.held(1e6, 0, 1000)
    const had = taker.use.rate(1000)
    book.left(taker, 1000)
    const returning = debtor('10.0.0.1')
    book.joined(returning)
    assert.equal(returning.use.rate(1000), had)
    // What it took over the connection before is not counted again.
    returning.use.held(0, 0, 1000)
    assert.equal(returning.use.rate(1000), had)
  })

  it('are forgotten of who left without one, and of all but the last thousand', () => {
    const book = new DebtBook()
    book.left(debtor('10.0.0.1', new Debt(), true), 0)
    for (let at = 0; at <= 1000; at++) book.left(debtor(`10.1.${at >> 8}.${at & 255}`, inDebt(1)), 0)
    const returning = ['10.0.0.1', '10.1.0.0', '10.1.0.1', '10.1.3.232'].map((banKey) => debtor(banKey))
    for (const one of returning) book.joined(one)
    assert.deepEqual(
      returning.map(({ debt }) => debt.isNone),
      [true, true, false, false],
    )
  })
})
