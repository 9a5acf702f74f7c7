vpc             = "vpc-0123456789abcdef0"
subnets         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
security_groups = ["sg-0123456789abcdef0"]

images = {
  default = "ami-0123456789abcdef0"
}
