"""What a source needs to understand Terraform: plans, provider configurations, effective tags.

Nothing here knows of sources, rules or reports.
"""
