provider "aws" {
  s3_use_path_style = true
  alias = "w"
  default_tags { tags = { W = "w", Nul = null } }
}
provider "aws" {
  s3_use_path_style = true
  default_tags {
    tags = { for k, v in local.base : k => v if v != null }
  }
}
locals {
  base  = { D = 1.0, E = true, F = null, G = "g" }
  users = [{ name = "ann", role = "x" }, { name = "bob", role = "y" }, { name = "cy", role = "x" }]
  by    = { for u in local.users : u.role => u.name... }
  pairs = setproduct(["a", "b"], ["1", "2"])
  nested = { a = { tags = { T = "1" } }, b = {} }
}
variable "nums" {
  type    = map(string)
  default = { A = 1.50, B = 12345678901234567890, C = 1e3, D = true, E = null }
}
variable "opt" {
  type = list(object({ n = string, t = optional(map(string), {}), k = optional(number) }))
  default = [{ n = "x", t = { Z = "z" } }, { n = "y", k = 3 }]
}
resource "aws_s3_bucket" "nums" { tags = var.nums }
resource "aws_s3_bucket" "lit" { tags = { a = 1.0, b = 100000000000000000000000, c = 0.1, d = -5, e = 10 / 4, f = 7 % 3, g = 1.10 } }
resource "aws_s3_bucket" "group" { tags = { for k, v in local.by : k => join("+", v) } }
resource "aws_s3_bucket" "prod" { tags = { for p in local.pairs : "${p[0]}-${p[1]}" => upper(p[0]) } }
resource "aws_s3_bucket" "nest" {
  for_each = local.nested
  tags     = merge({ K = each.key }, try(each.value.tags, {}))
}
resource "aws_s3_bucket" "opt" {
  for_each = { for o in var.opt : o.n => o }
  tags     = merge(each.value.t, { K = each.value.k })
}
resource "aws_s3_bucket" "heredoc" {
  tags = {
    T = <<-EOT
      hello ${local.base.G}
        %{for u in local.users~}
      ${u.name}
        %{endfor~}
      bye
    EOT
    J = jsonencode({ b = [1, true, null], a = "x<y" })
    Y = trimspace(yamlencode({ a = 1 }))
    S = format("%05d|%-5s|%q|%v", 42, "ab", "c", [1, "x"])
    R = replace("a1b22", "/[0-9]+/", "<$0>")
    X = regex("(?P<y>\\d+)-(?P<m>\\d+)", "2024-05")["m"]
  }
}
resource "aws_s3_bucket" "splat" { tags = { N = join(",", local.users[*].name), O = one([for u in local.users : u.name if u.role == "y"]), L = length(local.users[*]) } }
resource "aws_s3_bucket" "w" {
  provider = aws.w
  tags     = { Nul = null, Own = null, A = "" }
}
resource "aws_s3_bucket" "cond" {
  count = length(local.users) > 2 ? 1 : 0
  tags  = local.base.F == null ? { C = coalesce(null, "", "z") } : null
}
resource "aws_s3_bucket" "ref" { tags = { R = aws_s3_bucket.nest["a"].tags.K, Q = aws_s3_bucket.cond[0].tags_all["D"], P = try(aws_s3_bucket.nest["zz"].tags.K, "none") } }
resource "aws_s3_bucket" "spread" { tags = merge([for u in local.users : { (u.name) = u.role }]...) }
module "m" {
  source = "./m"
  count  = 2
  idx    = count.index
  opts   = { a = "x" }
  providers = { aws = aws.w }
}
module "n" {
  source   = "./n"
  for_each = toset(["p", "q"])
  name     = each.key
}
resource "aws_s3_bucket" "outs" { tags = { A = join(",", module.m[*].tag), B = module.n["p"].tags["N"], C = join(",", [for k, v in module.n : v.tags.N]), D = module.m[1].sens } }
resource "aws_autoscaling_group" "dyn" {
  max_size = 1
  min_size = 1
  availability_zones = ["eu-west-1a"]
  launch_configuration = "lc"
  dynamic "tag" {
    for_each = concat([for k, v in local.base : { k = k, v = v } if v != null], [{ k = "X", v = "y" }])
    iterator = it
    content {
      key                 = it.value.k
      value               = "${it.key}-${it.value.v}"
      propagate_at_launch = it.value.k != "X"
    }
  }
}
