"""What every storey stands on."""
