variable "stage" {
  description = "Which of the three stages this root is deployed to"
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["prod", "staging", "dev"], var.stage)
    error_message = "There are three stages: prod, staging, dev."
  }
}

variable "team" {
  description = "Team that answers for this root"
  type        = string
}

variable "mailbox" {
  description = "Who answers for what is owned outside of the team"
  type        = string
}

variable "extra_tags" {
  description = "Tags that the pipeline gives"
  type        = map(string)
}

variable "vpc" {
  description = "Network of everything in this root"
  type        = string
}

variable "subnets" {
  description = "Subnets of that network"
  type        = list(string)
}

variable "security_groups" {
  description = "Security groups that instances join"
  type        = list(string)
  default     = []
}

variable "images" {
  description = "Machine image of each kind of instance"
  type        = map(string)
}
