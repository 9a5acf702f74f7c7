"""The benchmark suite: generated inputs whose verdicts are known, measured against plain floors.

It measures `tagguard` from outside, as whole processes, and asserts no time. Nothing in here is
imported by the package.
"""
