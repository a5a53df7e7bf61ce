"""The rules of the service as data: schema, loader, versions, observations of rules kept and broken."""
