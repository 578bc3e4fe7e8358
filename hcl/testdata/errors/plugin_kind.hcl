plugin "gaurd" "pii" {} # ERROR: unknown plugin kind

provider "mock" "m" {}
