"""SQL that Django's migrations cannot say: partitions of facts, and an audit trail nobody can rewrite."""

FACTS = """
CREATE SEQUENCE kernel_fact_id;
CREATE TABLE kernel_fact (
  id bigint NOT NULL,
  at timestamptz NOT NULL,
  name varchar(80) NOT NULL,
  by varchar(80) NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE kernel_fact_default PARTITION OF kernel_fact DEFAULT;

CREATE FUNCTION kernel_fact_month(of timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first timestamptz := date_trunc('month', of AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  after timestamptz := (date_trunc('month', of AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF kernel_fact FOR VALUES FROM (%L) TO (%L)',
                 'kernel_fact_' || to_char(first AT TIME ZONE 'UTC', 'YYYYMM'), first, after);
END $$;
SELECT kernel_fact_month(now() + make_interval(months => n)) FROM generate_series(-4, 3) AS n;
"""

NO_FACTS = """
DROP TABLE kernel_fact;
DROP FUNCTION kernel_fact_month;
DROP SEQUENCE kernel_fact_id;
"""

GUARD = """
CREATE FUNCTION kernel_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.seal IS NULL AND NEW.seal IS NOT NULL
     AND (OLD.id, OLD.at, OLD.actor, OLD.act, OLD.subject, OLD.details, OLD.origin)
         IS NOT DISTINCT FROM (NEW.id, NEW.at, NEW.actor, NEW.act, NEW.subject, NEW.details, NEW.origin) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The audit trail is only ever added to.';
END $$;
CREATE TRIGGER kernel_audit_rows BEFORE UPDATE OR DELETE ON kernel_auditentry
  FOR EACH ROW EXECUTE FUNCTION kernel_audit_guard();
CREATE TRIGGER kernel_audit_table BEFORE TRUNCATE ON kernel_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_guard();
"""

NO_GUARD = """
DROP TRIGGER kernel_audit_rows ON kernel_auditentry;
DROP TRIGGER kernel_audit_table ON kernel_auditentry;
DROP FUNCTION kernel_audit_guard;
"""
