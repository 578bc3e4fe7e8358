pipeline "p" {} # ERROR: pipeline without a stage

provider "mock" "m" {}
