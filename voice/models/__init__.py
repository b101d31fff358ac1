"""Model files: the manifest, where each may come from, verification, bundles for closed networks."""
