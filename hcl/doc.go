// Package hcl is the configuration language: files in, a spec.Gateway and diagnostics out.
//
// Load reads a file or a folder and reports everything that is wrong at once, each with its place, its
// reason and its cure. What Load returns without errors is meant to start. The render package below
// writes diagnostics for people and for programs; REFERENCE.md lists every block and is generated from
// the schemas.
//
// A configuration is read in this order (see Load): files, variables, locals, names of blocks, blocks,
// checks between blocks. Names can be used before they are declared.
//
// # Adding a block
//
//  1. Put its values into engine/spec, with defaults and limits beside the fields.
//  2. Give it a file here named after it: one function that decodes it, its schema at the foot.
//  3. Enter the schema into topBlocks (or into its parent's blocks), and take its name out of later.
//  4. If others refer to it, enter its kind into referable and declare it in declareAll.
//  5. Checks that need more than one block go into a check_*.go file and into loader.check.
//  6. Add broken files to testdata/errors, one example to examples, and run the tests with -update to
//     bring REFERENCE.md up to date.
//
// # Bounds
//
// Files, nesting and the effort of evaluating expressions are bounded (source.go, nesting.go, effort.go),
// so that no input, however made, takes the process down or keeps it busy.
package hcl
