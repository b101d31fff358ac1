"""Model files: the manifest, where each may come from, verification, bundles for closed networks.

`ModelStore` is the door; the rest is what it is made of.
"""
