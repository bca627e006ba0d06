// SPDX-License-Identifier: Apache-2.0
// The objects of a config one by one, each told once: what the reference page and the help text
// are made of.
#pragma once

#include <fovea/core/config_type.h>

#include <string>
#include <vector>

namespace fovea::detail {

struct ConfigSection {
  std::string name;               // of the object; empty for the document
  std::string path;               // where it stands first: "train.optimizer", "data.augment[]"
  std::string doc;                // one line
  std::vector<FieldInfo> fields;  // its own: without "type" and what a section before has told
  bool shared = false;            // of what all kinds of an object have
  ConfigType object;              // all of it; of a shared section nothing
};

// In the order of the fields, each object after the one that holds it. Throws ArgumentError when
// two different objects have one name.
std::vector<ConfigSection> config_sections(const ConfigType& root);

}  // namespace fovea::detail
