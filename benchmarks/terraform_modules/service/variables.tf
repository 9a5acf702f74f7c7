variable "name" {
  description = "Prefix of everything that belongs to the service"
  type        = string
}

variable "queues" {
  description = "Names of the queues that the service reads"
  type        = list(string)
  default     = []
}

variable "retention" {
  description = "Days for which logs are kept"
  type        = number
  default     = 30
}

variable "with_storage" {
  description = "Whether the service keeps data of its own"
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything that belongs to the service"
  type        = map(string)
  default     = {}
}
