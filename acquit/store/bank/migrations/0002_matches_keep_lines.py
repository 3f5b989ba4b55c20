"""Keep what is matched of each bank line in step with its matches, whoever writes them.

The check «a bank line is not spent twice» then refuses the second of two people who match one line.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bank_follow_matches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.undone_at IS NULL THEN
    UPDATE bank_bankline SET matched = matched - OLD.amount WHERE id = OLD.line_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.undone_at IS NULL THEN
    UPDATE bank_bankline SET matched = matched + NEW.amount WHERE id = NEW.line_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matches_followed AFTER INSERT OR UPDATE OR DELETE ON bank_bankmatch
  FOR EACH ROW EXECUTE FUNCTION bank_follow_matches();
"""

BACKWARD = """
DROP TRIGGER matches_followed ON bank_bankmatch;
DROP FUNCTION bank_follow_matches();
"""


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
