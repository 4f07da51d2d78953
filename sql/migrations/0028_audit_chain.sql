-- No seal has two successors: of two sealings that begin the chain at once, one is refused.
ALTER TABLE gh_audit_seals ADD UNIQUE KEY gh_audit_seals_previous (previous)
