// SPDX-License-Identifier: Apache-2.0
// Holds docs/config.md and configs/schema.json against the declared fields they are made from.
//   config_docs PROJECT            fails when one of them is stale
//   config_docs PROJECT --update   writes both
#include "support/file_bytes.h"

#include <fovea/core/config_reference.h>
#include <fovea/core/config_schema.h>
#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/optim/run_config.h>

#include <iostream>

namespace {

constexpr const char* kHead = R"(# The config file

One JSON file says what is trained, on what, and how: `fovea train configs/fashion_mnist.json`. This
page is made from the declarations that the program itself reads configs by, as is
`configs/schema.json`: a config that begins with `"$schema": "schema.json"` is checked and completed
by editors while it is written.

- Comments (`//`, `/* */`) are fine; trailing commas, duplicate keys and NaN are mistakes. An integer
  field accepts `1e2`.
- A key that is not listed here is a mistake; all mistakes are told at once, with line and column.
- `fovea train CONFIG key=value ...` overrides values: by dotted path (`train.optimizer.lr=0.02`,
  `model.layers.conv1.stride=2`), or by the end of a path when no other ends so (`lr=0.02`).
- `fovea train CONFIG --print` shows the config with every default.
)";

bool agree(const std::string& path, const std::string& wanted, bool update) {
  if (fovea::test::file_bytes(path) == wanted) return true;
  if (update) fovea::write_file_atomically(path, wanted);
  if (!update) std::cerr << path << " is stale; make docs writes it anew\n";
  return update;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw fovea::ArgumentError("usage: config_docs PROJECT [--update]");
  const std::string project = argv[1];
  const bool update = argc > 2 && std::string(argv[2]) == "--update";
  const fovea::ConfigType type = fovea::RunConfig::type();
  const bool page = agree(project + "/docs/config.md", kHead + config_reference(type), update);
  const bool schema = agree(project + "/configs/schema.json", json_schema(type), update);
  return page && schema ? 0 : 1;
} catch (const fovea::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
