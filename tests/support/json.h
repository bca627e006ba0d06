// SPDX-License-Identifier: Apache-2.0
// JSON in tests. Its templates are compiled once, in json.cpp, and not in each of them.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

extern template class nlohmann::basic_json<>;

namespace fovea::test {

// Throws nlohmann::json::parse_error.
nlohmann::json parse_json(std::string_view text);

}  // namespace fovea::test

namespace Catch {

template <>
struct StringMaker<nlohmann::json> {
  static std::string convert(const nlohmann::json& value);
};

}  // namespace Catch
