"""The Terraform language: what stands in a file or folder, where, and what it comes to.

It knows nothing of tags, providers or clouds. `syntax` reads one file, `folder` the files that make
one module, `evaluate` gives the value of an expression as far as it is known, `constraints` what a
variable's type makes of a value.
"""
