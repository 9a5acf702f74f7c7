"""What live AWS accounts hold: who and where, collectors, truth, checkpoints. Reads only.

`arns` and `managed` are plain facts and need nothing; all else needs the extra `aws` (boto3).
"""
