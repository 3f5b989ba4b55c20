"""What is allocated of each term, payment and credit note, and the days that bound it, follow the allocations.

The database does it, statement by statement, so that no code path can forget it and the check constraints «an
allocation never exceeds …» judge every way of writing, COPY included.

A balance of any past day then looks at what was open on it, not at every allocation ever made. The days are
bounds: before `touched_on` no allocation counts, from `closed_on` on nothing is owed for good, from `spent_on`
on nothing is left. Within them the allocations themselves say how much (docs/decisions/0029).
"""

from django.db import migrations

_BOUNDS = """min(a.effective_on) AS touched_on,
  CASE WHEN NOT bool_or(a.undone_on IS NULL AND (p.returned_on IS NOT NULL OR c.cancelled_on IS NOT NULL))
    THEN greatest(max(greatest(a.effective_on, p.received_on, c.issued_on)) FILTER (WHERE a.undone_on IS NULL),
      max(a.undone_on)) END AS closed_on,
  max(a.effective_on) FILTER (WHERE a.undone_on IS NULL) AS settled_on
FROM ledger_allocation a
  LEFT JOIN ledger_payment p ON p.id = a.payment_id
  LEFT JOIN ledger_creditnote c ON c.id = a.credit_note_id"""
_LAST = """greatest(max(greatest(a.effective_on, t.issued_on)) FILTER (WHERE a.undone_on IS NULL),
  max(a.undone_on)) AS spent_on
FROM ledger_allocation a JOIN ledger_term t ON t.id = a.term_id"""
_CLOSED, _SPENT = f"SELECT {_BOUNDS}", f"SELECT {_LAST}"

FOLLOW_ALLOCATIONS = f"""
CREATE FUNCTION ledger_follow_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL client_min_messages = warning;
  CREATE TEMP TABLE IF NOT EXISTS ledger_moved (
    term_id bigint, payment_id bigint, credit_note_id bigint, amount numeric) ON COMMIT DELETE ROWS;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO ledger_moved SELECT term_id, payment_id, credit_note_id,
      CASE WHEN undone_on IS NULL THEN amount ELSE 0 END FROM added;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO ledger_moved SELECT term_id, payment_id, credit_note_id,
      CASE WHEN undone_on IS NULL THEN -amount ELSE 0 END FROM removed;
  END IF;
  UPDATE ledger_payment p SET allocated = p.allocated + m.amount,
      spent_on = CASE WHEN p.allocated + m.amount >= p.amount THEN ({_SPENT}
        WHERE a.organisation_id = p.organisation_id AND a.payment_id = p.id) END
    FROM (SELECT payment_id, sum(amount) AS amount FROM ledger_moved
          WHERE payment_id IS NOT NULL GROUP BY 1) m WHERE p.id = m.payment_id;
  UPDATE ledger_creditnote c SET allocated = c.allocated + m.amount,
      spent_on = CASE WHEN c.allocated + m.amount >= c.amount THEN ({_SPENT}
        WHERE a.organisation_id = c.organisation_id AND a.credit_note_id = c.id) END
    FROM (SELECT credit_note_id, sum(amount) AS amount FROM ledger_moved
          WHERE credit_note_id IS NOT NULL GROUP BY 1) m WHERE c.id = m.credit_note_id;
  UPDATE ledger_term t SET allocated = t.allocated + m.amount,
      settled_on = CASE WHEN t.allocated + m.amount >= t.amount THEN b.settled_on END,
      touched_on = b.touched_on,
      closed_on = CASE WHEN t.allocated + m.amount >= t.amount THEN b.closed_on END
    FROM (SELECT n.term_id, o.organisation_id, sum(n.amount) AS amount
          FROM ledger_moved n JOIN ledger_term o ON o.id = n.term_id GROUP BY 1, 2) m,
      LATERAL ({_CLOSED} WHERE a.organisation_id = m.organisation_id AND a.term_id = m.term_id) b
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
"""  # noqa: S608  all of it is ours

FOLLOW_DAYS_AND_AMOUNTS = f"""
CREATE FUNCTION ledger_term_is_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.issued_on := (SELECT i.issued_on FROM ledger_invoice i WHERE i.id = NEW.invoice_id);
  RETURN NEW;
END $$;
CREATE TRIGGER terms_are_issued BEFORE INSERT OR UPDATE ON ledger_term
  FOR EACH ROW WHEN (NEW.issued_on IS NULL) EXECUTE FUNCTION ledger_term_is_issued();

CREATE FUNCTION ledger_bound_terms(terms bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE ledger_term t SET touched_on = b.touched_on,
      closed_on = CASE WHEN t.allocated >= t.amount THEN b.closed_on END
    FROM unnest(terms) m(id), LATERAL ({_CLOSED}
      WHERE a.organisation_id = (SELECT o.organisation_id FROM ledger_term o WHERE o.id = m.id)
        AND a.term_id = m.id) b
    WHERE t.id = m.id
$$;
CREATE FUNCTION ledger_invoice_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ledger_term SET issued_on = NEW.issued_on
    WHERE organisation_id = NEW.organisation_id AND invoice_id = NEW.id;
  UPDATE ledger_payment p SET spent_on = ({_SPENT}
        WHERE a.organisation_id = p.organisation_id AND a.payment_id = p.id)
    FROM ledger_allocation x JOIN ledger_term y ON y.id = x.term_id
    WHERE y.organisation_id = NEW.organisation_id AND y.invoice_id = NEW.id
      AND x.organisation_id = NEW.organisation_id AND x.payment_id = p.id AND p.allocated >= p.amount;
  UPDATE ledger_creditnote c SET spent_on = ({_SPENT}
        WHERE a.organisation_id = c.organisation_id AND a.credit_note_id = c.id)
    FROM ledger_allocation x JOIN ledger_term y ON y.id = x.term_id
    WHERE y.organisation_id = NEW.organisation_id AND y.invoice_id = NEW.id
      AND x.organisation_id = NEW.organisation_id AND x.credit_note_id = c.id AND c.allocated >= c.amount;
  RETURN NULL;
END $$;
CREATE TRIGGER invoices_moved AFTER UPDATE OF issued_on ON ledger_invoice
  FOR EACH ROW WHEN (OLD.issued_on <> NEW.issued_on) EXECUTE FUNCTION ledger_invoice_moved();

CREATE FUNCTION ledger_payment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_bound_terms((SELECT array_agg(DISTINCT a.term_id) FROM ledger_allocation a
    WHERE a.organisation_id = NEW.organisation_id AND a.payment_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER payments_moved AFTER UPDATE OF received_on, returned_on ON ledger_payment
  FOR EACH ROW WHEN (OLD.received_on <> NEW.received_on OR OLD.returned_on IS DISTINCT FROM NEW.returned_on)
  EXECUTE FUNCTION ledger_payment_moved();
CREATE FUNCTION ledger_credit_note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_bound_terms((SELECT array_agg(DISTINCT a.term_id) FROM ledger_allocation a
    WHERE a.organisation_id = NEW.organisation_id AND a.credit_note_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER credit_notes_moved AFTER UPDATE OF issued_on, cancelled_on ON ledger_creditnote
  FOR EACH ROW WHEN (OLD.issued_on <> NEW.issued_on OR OLD.cancelled_on IS DISTINCT FROM NEW.cancelled_on)
  EXECUTE FUNCTION ledger_credit_note_moved();

CREATE FUNCTION ledger_term_resized() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.closed_on := CASE WHEN NEW.allocated >= NEW.amount THEN (SELECT b.closed_on FROM ({_CLOSED}
    WHERE a.organisation_id = NEW.organisation_id AND a.term_id = NEW.id) b) END;
  RETURN NEW;
END $$;
CREATE TRIGGER terms_resized BEFORE UPDATE OF amount ON ledger_term
  FOR EACH ROW WHEN (OLD.amount <> NEW.amount) EXECUTE FUNCTION ledger_term_resized();
CREATE FUNCTION ledger_payment_resized() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.spent_on := CASE WHEN NEW.allocated >= NEW.amount THEN ({_SPENT}
    WHERE a.organisation_id = NEW.organisation_id AND a.payment_id = NEW.id) END;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_resized BEFORE UPDATE OF amount ON ledger_payment
  FOR EACH ROW WHEN (OLD.amount <> NEW.amount) EXECUTE FUNCTION ledger_payment_resized();
CREATE FUNCTION ledger_credit_note_resized() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.spent_on := CASE WHEN NEW.allocated >= NEW.amount THEN ({_SPENT}
    WHERE a.organisation_id = NEW.organisation_id AND a.credit_note_id = NEW.id) END;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_notes_resized BEFORE UPDATE OF amount ON ledger_creditnote
  FOR EACH ROW WHEN (OLD.amount <> NEW.amount) EXECUTE FUNCTION ledger_credit_note_resized();
"""  # noqa: S608  all of it is ours

BACKWARD = """
DROP FUNCTION ledger_term_is_issued(), ledger_invoice_moved(), ledger_payment_moved(),
  ledger_credit_note_moved(), ledger_term_resized(), ledger_payment_resized(), ledger_credit_note_resized(),
  ledger_follow_allocations(),
  ledger_bound_terms(bigint[]) CASCADE;
"""


class Migration(migrations.Migration):
    replaces = [("ledger", "0002_allocations_keep_balances"), ("ledger", "0010_days_of_balances")]
    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunSQL(FOLLOW_DAYS_AND_AMOUNTS + FOLLOW_ALLOCATIONS, BACKWARD)]
