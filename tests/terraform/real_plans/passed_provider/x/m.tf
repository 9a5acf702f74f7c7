variable "v" {}
module "y" {
  source = "../y"
  v      = var.v
}
