provider "mock" "m" {
  deadline {
    first_token = "400s" # ERROR: first_token is longer than total
  }
}
