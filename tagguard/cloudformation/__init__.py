"""What the CloudFormation source needs to understand its language.

A template is read into nodes with positions (`template`), its loops are unfolded (`declared`), and
a tag is evaluated in a `world`: what is known of parameters and conditions (`facts`), and how open
ones are tried out. Nothing here reads a file, knows the taxonomy or imports `tagguard.sources`.
"""
