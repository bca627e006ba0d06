// SPDX-License-Identifier: Apache-2.0
#include "support/json.h"

template class nlohmann::basic_json<>;

namespace fovea::test {

nlohmann::json parse_json(std::string_view text) { return nlohmann::json::parse(text); }

}  // namespace fovea::test

std::string Catch::StringMaker<nlohmann::json>::convert(const nlohmann::json& value) {
  return value.dump();
}
