"""The network: one careful client, and downloads that are continued where they broke off."""
