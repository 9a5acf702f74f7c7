"""The Terraform language: what stands in a file or folder, and where.

It knows nothing of tags, providers or clouds. `syntax` reads one file, `folder` the files that
make one module.
"""
