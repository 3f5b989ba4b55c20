"""Read-only numbers: SQL in, frozen rows out, proven equal to the core on random ledgers.

Every report is asked by a frozen `filters.Filters`: the day, the accounts, the buckets, by what its rows
are grouped. It is read from an address (`Filters.parse(request.GET, today=…)`) and written to one
(`filters.query(today=…)`), so that a screen keeps it there. Each row has the `filters` of what it is about.

What stands behind a figure is a `behind.Behind`: which list of `list_registry.LISTS`, its filters, and
which `Part` of it; these stand in an address as well. Nearly every list is a `list_query.ListQuery`:
`LISTS[key](filters, part, most=…, start=…)` → `Listed`, a page of rows as a `Sheet`, the account of each, and
the totals of all rows, which are the figure. `sheets`
says of each figure of a report what is behind it (`Sheet.opens`, and `opens_all` of the totals).

The first page:

- `dashboard.dashboard(filters, now=…)` → `Kept[Dashboard]`: `.figures.views`, one a currency, the largest
  first; `.at` when it was reckoned, `.is_current` whether no fact changed since. Two statements where a job
  keeps it (an organisation, or one creditor by `creditor_id`, of today), else reckoned at once.
  A `View` has `open`, `aged` (`.amounts`, `.overdue`, `.unallocated`, `.balance`), `items` (open terms a
  column), `accounts`, `late_accounts`, `late_share` and `late_share_change`, `dso` and `dso_change`, `months`
  (twelve `Indicators`: `dso`, `best_possible_dso`, `effectiveness`, `late_rate`, `month.end`), `weeks`
  (thirteen `Week`: `expected`, `cautious`, `promised`), `expected(30)` → (expected, cautious), `largest`
  (twenty `AgedRow`), `delays` and `delays_before` (of the running month and of the one before).
- `today.waiting(on=…, now=…, creditor_id=…, owner_id=…)` → `Waiting`: what waits for a person today.

The others, each as of the day of its filters:

- `ageing.ageing(filters, largest=None)` → `AgedBalance`, `ageing.ageing_totals`, `ageing.counted`
- `balances.balances(filters)`
- `months.months(ends, filters)`, for `core.months.indicators`: DSO, count-back, best possible, CEI, late rate
- `forecast.forecast(filters, count=13)` → weeks by currency; `forecast.expectation(on)` says whether debtors'
  past or the learned model tells them
- `promises.promises_kept(filters)`, `promises.kept_altogether`, `promises.promises`
- `disputes.disputes(filters)`, `disputes.resolved`
- `delays.delays(filters)`: how late what was paid came, and by debtor the habit of each
- `provision.provision(filters)`
- `effects.effects(filters, within=14)`: what was paid after each step
- `experiments.compared(experiments, filters)`: who paid of those who got each of two texts
- `collectors.collectors(filters, since=…)`

`sheets` makes a table of each for a spreadsheet or for paper (`spreadsheet`, `paper`).
"""
