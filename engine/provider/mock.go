package provider

import "github.com/yett-gateway/yett/engine/dialect"

// mock is the embedded scripted provider. It speaks every dialect natively.
var mock = api{key: bearer, speaks: func(client dialect.ID) dialect.ID { return client }}
