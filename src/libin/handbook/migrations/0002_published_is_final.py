"""What is published cannot change, whoever asks: only a published version may be retired."""

from django.db import migrations

GUARD = """
CREATE FUNCTION handbook_published_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('published', 'retired') THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A published version of the handbook cannot be deleted.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_at IS NOT NULL
     AND to_jsonb(NEW) - ARRAY['state', 'retired_at', 'retired_by']
       = to_jsonb(OLD) - ARRAY['state', 'retired_at', 'retired_by'] THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A published version of the handbook cannot be changed.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER handbook_published_is_final BEFORE UPDATE OR DELETE ON handbook_handbookversion
  FOR EACH ROW EXECUTE FUNCTION handbook_published_is_final();
CREATE FUNCTION handbook_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Versions of the handbook cannot be emptied out.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER handbook_versions_stay BEFORE TRUNCATE ON handbook_handbookversion
  FOR EACH STATEMENT EXECUTE FUNCTION handbook_versions_stay();
"""

UNGUARD = """
DROP TRIGGER handbook_versions_stay ON handbook_handbookversion;
DROP FUNCTION handbook_versions_stay();
DROP TRIGGER handbook_published_is_final ON handbook_handbookversion;
DROP FUNCTION handbook_published_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("handbook", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
