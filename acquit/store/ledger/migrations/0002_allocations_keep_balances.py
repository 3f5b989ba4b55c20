"""Keep what is allocated of each term, payment and credit note in step with the allocations.

The database does it, statement by statement, so that no code path can forget it and the check
constraints «an allocation never exceeds …» judge every way of writing, COPY included.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_follow_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL client_min_messages = warning;
  CREATE TEMP TABLE IF NOT EXISTS ledger_moved (
    term_id bigint, payment_id bigint, credit_note_id bigint, amount numeric) ON COMMIT DELETE ROWS;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO ledger_moved SELECT term_id, payment_id, credit_note_id, amount
      FROM added WHERE undone_on IS NULL;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO ledger_moved SELECT term_id, payment_id, credit_note_id, -amount
      FROM removed WHERE undone_on IS NULL;
  ELSE
    INSERT INTO ledger_moved
      SELECT term_id, payment_id, credit_note_id, amount FROM added WHERE undone_on IS NULL
      UNION ALL
      SELECT term_id, payment_id, credit_note_id, -amount FROM removed WHERE undone_on IS NULL;
  END IF;
  UPDATE ledger_payment p SET allocated = p.allocated + m.amount
    FROM (SELECT payment_id, sum(amount) AS amount FROM ledger_moved
          WHERE payment_id IS NOT NULL GROUP BY 1) m WHERE p.id = m.payment_id;
  UPDATE ledger_creditnote c SET allocated = c.allocated + m.amount
    FROM (SELECT credit_note_id, sum(amount) AS amount FROM ledger_moved
          WHERE credit_note_id IS NOT NULL GROUP BY 1) m WHERE c.id = m.credit_note_id;
  UPDATE ledger_term t SET allocated = t.allocated + m.amount,
      settled_on = CASE WHEN t.allocated + m.amount >= t.amount THEN
        (SELECT max(a.effective_on) FROM ledger_allocation a
          WHERE a.organisation_id = t.organisation_id AND a.term_id = t.id AND a.undone_on IS NULL)
        END
    FROM (SELECT term_id, sum(amount) AS amount FROM ledger_moved GROUP BY 1) m
    WHERE t.id = m.term_id;
  DELETE FROM ledger_moved;
  RETURN NULL;
END $$;
CREATE TRIGGER allocations_added AFTER INSERT ON ledger_allocation
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_follow_allocations();
CREATE TRIGGER allocations_removed AFTER DELETE ON ledger_allocation
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ledger_follow_allocations();
CREATE TRIGGER allocations_changed AFTER UPDATE ON ledger_allocation
  REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_follow_allocations();
"""

BACKWARD = """
DROP TRIGGER allocations_changed ON ledger_allocation;
DROP TRIGGER allocations_removed ON ledger_allocation;
DROP TRIGGER allocations_added ON ledger_allocation;
DROP FUNCTION ledger_follow_allocations();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
