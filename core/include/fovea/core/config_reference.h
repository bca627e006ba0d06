// SPDX-License-Identifier: Apache-2.0
// The reference page of a config, from its declared fields.
#pragma once

#include <fovea/core/config_type.h>

#include <string>

namespace FOVEA_API fovea {

// Markdown: for `root` and each object below it, once each, a table of its fields (type and range,
// default, what it is), and for objects that "type" tells apart a JSON block with every default and
// an example of each value that has none. Throws ArgumentError when two different objects have one
// name.
std::string config_reference(const ConfigType& root);

}  // namespace fovea
