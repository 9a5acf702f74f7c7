# tagguard:ignore missing-tag:Owner reason="moves to the new ledger" until=2026-12-31
resource "aws_s3_bucket" "waived" {
}

resource "aws_s3_bucket" "refused" {
  # tagguard:ignore missing-tag:Owner reason="for ever"
}

# tagguard:ignore missing-tag reason="was due last week" until=2026-11-20
resource "aws_s3_bucket" "expired" {
}

# tagguard:ignore missing-tag reason="for the whole module" until=2026-12-01
module "jobs" {
  source = "../modules/queue"
}

# tagguard:ignore missing-tag reason="stands above locals" until=2026-12-01
locals {
}
